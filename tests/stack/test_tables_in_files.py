"""Tables of homeport.toml: where an error says it is, and that no secret is in it."""

from pathlib import Path

import pytest

from homeport import errors
from homeport.registry import options
from homeport.stack import load


@pytest.fixture
def read(tmp_path):
    def read(toml, environ=None):
        (tmp_path / "h.toml").write_text(toml)
        return load.load({}, environ or {"HOMEPORT_DATA": "/d"}, config=str(tmp_path / "h.toml"))

    return read


@pytest.fixture
def problems(read, tmp_path):
    def problems(toml):
        with pytest.raises(errors.SettingsError) as caught:
            read(toml)
        return caught.value.what.replace(f"{tmp_path}/", "").splitlines()

    return problems


@pytest.mark.parametrize(
    "toml",
    [
        f"a = {'[' * 100_000}",
        f"a = {'{a=' * 100_000}",
        f"{'a.' * 300_000}a = 1",
        f"a = {{ {'b . ' * 300_000}c = 1 }}",
        f"""['a'{'."b"' * 200_000}]""",
    ],
    ids=["lists", "tables", "a key", "a key within", "a head"],
)
def test_what_stands_too_deep_costs_nothing(problems, toml):
    assert problems(toml) == [
        "h.toml: lists, tables or the parts of a key stand too deep in one another."
    ]


@pytest.mark.parametrize("number", ["9" * 5000, f"0x{'f' * 5000}", f"0b{'1' * 50_000}"])
def test_a_number_without_end_is_refused(problems, number):
    assert problems(f"registry.port = {number}") == ["h.toml: a number has too many digits."]


GOOD = """
[registry]
admins = ["Ada"]
headers = { X-A = "1" }

[[registry.rules]]
repositories = ["team/**"]
users = ["ci"]
allow = ["pull", "push"]

[[registry.upstreams]]
prefix = "docker.io"
url = "https://registry.test"
ca = "ca.crt"

[[registry.webhooks]]
name = "ci"
url = "https://example.com/"
[registry.webhooks.headers]
Authorization = "Bearer secret"
"""


def test_tables_are_read(read, tmp_path):
    its = read(GOOD).settings.registry
    assert its.admins == ("Ada",)
    assert its.headers == (("X-A", "1"),)
    assert its.rules == (options.Rule(("team/**",), ("pull", "push"), ("ci",)),)
    assert its.upstreams[0].ca == tmp_path / "ca.crt"
    assert its.webhooks[0].headers == (("Authorization", "Bearer secret"),)


def test_each_fault_has_its_line(problems):
    said = problems(
        '[[registry.rules]]\nrepositories = ["a"]\nusers = ["x"]\n\n'
        '[[registry.rules]]\nrepositories = ["b"]\nallow = ["pus"]\nuserss = ["y"]\n'
        '[[registry.upstreams]]\nprefix = "a"\n'
    )
    assert [line.partition(": there")[0].partition(": 'pus'")[0] for line in said] == [
        "h.toml:7: registry.rules[1].allow",
        "h.toml:8: registry.rules[1].userss",
        "h.toml:9: registry.upstreams[0]: url is missing.",
    ]


def test_tables_within_a_line_have_that_line(problems):
    [said] = problems('[registry]\nrules = [{ repositories = ["a"], usrs = ["x"] }]\n')
    assert said.startswith("h.toml:2: registry.rules[0].usrs: there is no such key.")


def test_what_lies_in_a_table_of_a_table_has_its_line(problems):
    [said] = problems(GOOD.replace('"Bearer secret"', '"secret\\n"'))
    assert said.startswith("h.toml:19: registry.webhooks[0].headers: its value is not")
    assert "secret" not in said


def test_one_table_is_no_array(problems):
    [said] = problems('[registry.rules]\nrepositories = ["a"]\n')
    assert said.startswith("h.toml:1: registry.rules: ")
    assert "is not an array of tables with repositories" in said


def test_a_secret_is_in_no_message(problems):
    said = problems(
        '[registry]\nupstreams = "secret"\nwebhooks = [5, "secret"]\n[admin]\npassword = 5'
    )
    assert [line.partition(" is not ")[0].rpartition(": ")[2] for line in said] == ["its value"] * 3


def test_tables_of_the_environment_are_json(read):
    given = '[{"repositories": ["x"], "anonymous": true}]'
    environ = {"HOMEPORT_DATA": "/d", "HOMEPORT_REGISTRY_RULES": given}
    assert read(GOOD, environ).settings.registry.rules == (options.Rule(("x",), anonymous=True),)
    with pytest.raises(
        errors.SettingsError, match=r"HOMEPORT_REGISTRY_RULES: registry.rules\[0\].x:"
    ):
        read("", environ | {"HOMEPORT_REGISTRY_RULES": '[{"x": 1}]'})


def test_tables_of_a_flag_are_json():
    chosen = load.load(
        {"registry.rules": '[{"repositories":["x"],"users":["*"]}]'}, {"HOMEPORT_DATA": "/d"}
    )
    assert chosen.settings.registry.rules[0].users == ("*",)
    assert chosen.settings.data == Path("/d")
