"""For any rules and any caller, what the registry lets is what a plain reading of the rules lets."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from homeport.registry.options import Rule

NAMES = ["a", "b", "a/b", "a/b/c", "ab"]
REQUESTS = [
    ("GET", "tags/list", "pull"),
    ("HEAD", "manifests/v1", "pull"),
    ("POST", "blobs/uploads/", "push"),
    ("DELETE", "manifests/v1", "delete"),
    ("DELETE", "blobs/sha256:" + "0" * 64, "delete"),
]
RULES = st.lists(
    st.builds(
        Rule,
        st.lists(st.sampled_from(["a", "a/*", "a/**", "*", "**", "?b", "a*"]), min_size=1, max_size=2).map(tuple),
        st.lists(st.sampled_from(["push", "delete"]), max_size=2, unique=True).map(lambda more: ("pull", *more)),
        st.lists(st.sampled_from(["ann", "bob", "*", "robot+ci"]), max_size=2).map(tuple),
        st.booleans(),
    ),
    max_size=4,
)  # fmt: skip
CALLERS = st.sampled_from(["none", "ann", "bob", "root", "robot+ci"])
FITS = {
    "a": ["a"],
    "a/*": ["a/b"],
    "a/**": ["a/b", "a/b/c"],
    "*": ["a", "b", "ab"],
    "**": NAMES,
    "?b": ["ab"],
    "a*": ["a", "ab"],
}
SCOPES = [("a/*", ("push",))]


def lets(rules, caller, action, name):
    """The rules, read as their text says."""
    if caller == "root":
        return True
    if caller in ("ann", "bob") and not rules:
        return True
    if caller == "robot+ci" and action == "push" and name == "a/b":
        return True
    for rule in rules:
        is_there = any(name in FITS[pattern] for pattern in rule.repositories)
        is_named = caller in rule.users or ("*" in rule.users and caller in ("ann", "bob"))
        if is_there and is_named and action in rule.allow:
            return True
        if is_there and rule.anonymous and action == "pull":
            return True
    return False


@given(
    RULES, CALLERS, st.sampled_from(NAMES), st.lists(st.sampled_from(REQUESTS), max_size=4), st.booleans()
)  # fmt: skip
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
async def test_any_rules(guarded, tools, rules, caller, name, requests, has_tokens):
    home = guarded(rules=tuple(rules), admins=("root",), has_tokens=has_tokens)
    headers = {"host": "h"}
    if caller == "robot+ci":
        secret = await home.registry.robots.create("ci", SCOPES, None, "root")
        headers["authorization"] = tools.basic(caller, secret)
    elif caller != "none":
        headers["user"] = caller
    if has_tokens and caller != "none":
        headers = {"token": await home.token(f"repository:{name}:*", **headers), "host": "h"}
    for method, path, action in requests:
        answer = await home.ask(method, f"/v2/{name}/{path}", **headers)
        is_let = lets(rules, caller, action, name)
        assert (answer.status not in (401, 403)) == is_let, (method, path)
        if not is_let:
            assert answer.status == (401 if caller == "none" else 403)
    await home.registry.close()
