import pytest

from homeport.stack.distribution import environment, tree


def plain(entry):
    """The tree without its origins."""
    if isinstance(entry.value, dict):
        return {name: plain(each) for name, each in entry.value.items()}
    if isinstance(entry.value, list):
        return [plain(each) for each in entry.value]
    return entry.value


def overlaid(text, **variables):
    root = tree.parse(text, tree.Source("c.yml", has_lines=True))
    if root.value is None:
        root.value = {}
    problems = environment.overlay(
        root, {f"REGISTRY_{name}": value for name, value in variables.items()}
    )
    return plain(root), problems


@pytest.mark.parametrize(
    ("text", "variables", "wanted"),
    [
        ("", {"HTTP_ADDR": ":1"}, {"http": {"addr": ":1"}}),
        ("http: {addr: x, secret: y}", {"HTTP_ADDR": ":1"}, {"http": {"addr": ":1", "secret": "y"}}),
        ("http: {Addr: x}", {"HTTP_ADDR": ":1"}, {"http": {"Addr": ":1"}}),
        ("http: {tls: }", {"HTTP_TLS_KEY": "k"}, {"http": {"tls": {"key": "k"}}}),
        ("a: {b: [x, y]}", {"A_B_1": "z", "A_B_2": "new"}, {"a": {"b": ["x", "z", "new"]}}),
        ("a: [{b: 1}]", {"A_0_B": "2", "A_1_B": "3"}, {"a": [{"b": "2"}, {"b": "3"}]}),
        ("a: 1", {"A": "{b: 2}", "A_C": "3"}, {"a": {"b": "2", "c": "3"}}),
        ("a: 1", {"A": ""}, {"a": None}),
        ("storage: filesystem", {"STORAGE_DELETE_ENABLED": "true"},
         {"storage": {"filesystem": {}, "delete": {"enabled": "true"}}}),
        ("", {"AUTH": "htpasswd", "AUTH_HTPASSWD_REALM": "r"}, {"auth": {"htpasswd": {"realm": "r"}}}),
        ("a: 1", {"A_B": "2"}, {"a": {"b": "2"}}),
    ],
)  # fmt: skip
def test_variables_come_before_the_file(text, variables, wanted):
    assert overlaid(text, **variables) == (wanted, [])


@pytest.mark.parametrize("word", ["1", "x", "-1", "²"])
def test_an_item_that_is_not_there(word):
    _, [problem] = overlaid("a: []", **{f"A_{word}": "z"})
    assert problem == f"REGISTRY_A_{word}: its list has 0 items; {word.lower()} is none of them."


def test_a_value_that_is_not_yaml():
    _, [problem] = overlaid("", A="[")
    assert problem.startswith("REGISTRY_A: it is not YAML")


def test_the_origin_is_the_variable():
    root = tree.parse("a: {b: 1}", tree.Source("c.yml", has_lines=True))
    environment.overlay(root, {"REGISTRY_A_B": "2"})
    assert root.table["a"].table["b"].origin == "REGISTRY_A_B"
