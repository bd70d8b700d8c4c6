import pytest

from homeport.stack import values
from homeport.stack.kinds import networks, paths, variables

NETWORK, SOCKET, VARIABLES = networks.Network(), paths.OptionalFile(), variables.Variables()


@pytest.mark.parametrize(
    ("raw", "read"),
    [("10.0.0.0/8", "10.0.0.0/8"), (" ::1/128", "::1/128"), ("FD00::/8", "fd00::/8")],
)
def test_a_network(raw, read):
    assert NETWORK.read(raw) == read


@pytest.mark.parametrize("raw", ["10.0.0.1/8", "10.0.0.0", "10.0.0.0/33", "lan", "", 7, None])
def test_no_network(raw):
    with pytest.raises(values.NotOfKind):
        NETWORK.read(raw)


@pytest.mark.parametrize("raw", ["/run/docker.sock", "none", "OFF"])
def test_a_path_of_other_machines(raw):
    read = SOCKET.read(raw)
    assert (read is None) == (not raw.startswith("/"))
    assert SOCKET.read(SOCKET.show(read)) == read


@pytest.mark.parametrize("raw", ["run/docker.sock", "/a/../b", "/a:b", "", 1, "/a\0"])
def test_no_path_of_other_machines(raw):
    with pytest.raises(values.NotOfKind):
        SOCKET.read(raw)


def test_variables():
    assert VARIABLES.read({"A": "1", "b_2": ""}) == (("A", "1"), ("b_2", ""))
    assert VARIABLES.read(VARIABLES.show((("A", "ä"),))) == (("A", "ä"),)


@pytest.mark.parametrize(
    "raw", [{"1A": "x"}, {"A": 1}, {"A": "\0"}, {"A": "x" * 40_000}, [], "x", "[]", {"": ""}]
)
def test_no_variables(raw):
    with pytest.raises(values.NotOfKind):
        VARIABLES.read(raw)
