from pathlib import Path

import pytest

from homeport.registry import options
from homeport.stack import values
from homeport.stack.groups import registry_tables

RULES, RETENTION = registry_tables.RULES, registry_tables.RETENTION
UPSTREAMS, WEBHOOKS = registry_tables.UPSTREAMS, registry_tables.WEBHOOKS
HUB = {"prefix": "docker.io", "url": "https://registry.test"}
HOOK = {"name": "ci", "url": "https://example.com/hook"}


def test_rules():
    assert RULES.read(
        [
            {"repositories": ["team/**"], "allow": ["push", "Pull"], "users": ["Ada", "*"]},
            {"repositories": ["public/*"], "anonymous": True},
        ]
    ) == (
        options.Rule(("team/**",), ("push", "pull"), ("Ada", "*")),
        options.Rule(("public/*",), anonymous=True),
    )


def test_retention():
    row = {"repositories": ["**"], "tags": ["PR-*"], "keep_last": 5, "keep_pulled": "30d"}
    [rule] = RETENTION.read([row])
    assert rule == options.Retention(("**",), ("PR-*",), keep_last=5, keep_pulled_s=30 * 86400)


def test_upstreams():
    row = HUB | {"user": "u", "password_file": "/run/secret", "fresh": "1h", "ca": "/ca.crt"}
    assert UPSTREAMS.read([row, {"prefix": "", "url": "http://127.0.0.1:5000"}]) == (
        options.Upstream(
            "docker.io", "https://registry.test", "u", "",
            Path("/run/secret"), Path("/ca.crt"), 3600,
        ),
        options.Upstream("", "http://127.0.0.1:5000"),
    )  # fmt: skip


def test_webhooks():
    [hook] = WEBHOOKS.read(
        [HOOK | {"headers": {"X": "y"}, "actions": ["push"], "timeout": "500ms"}]
    )
    assert (hook.headers, hook.actions, hook.timeout_s) == ((("X", "y"),), ("push",), 0.5)


@pytest.mark.parametrize(
    ("kind", "row", "wanted"),
    [
        (RULES, {"repositories": ["x"], "allow": ["pul"], "users": ["a"]}, "'pul' is not one of pull"),
        (RULES, {"repositories": ["x"]}, "it is for nobody"),
        (RULES, {"users": ["a"]}, "repositories is missing"),
        (RULES, {"repositories": [], "users": ["a"]}, "is not a list of patterns"),
        (RULES, {"repositories": ["Team"], "users": ["a"]}, "'Team' is not a pattern such as"),
        (RULES, {"repositories": ["[a]"], "users": ["a"]}, "'[a]' is not"),
        (RULES, {"repositories": ["x"], "usres": ["a"]}, "Did you mean users?"),
        (RETENTION, {"repositories": ["**"]}, "it would remove every tag"),
        (RETENTION, {"repositories": ["**"], "tags": ["v*", "**"], "untagged": "1d"}, "every tag"),
        (RETENTION, {"repositories": ["**"], "keep_last": 0}, "0 is not a whole number"),
        (RETENTION, {"repositories": ["**"], "keep": ["a/b"]}, "'a/b' is not"),
        (UPSTREAMS, HUB | {"prefix": "Docker.IO"}, "'Docker.IO' is not the first part"),
        (UPSTREAMS, HUB | {"prefix": "a/"}, "'a/' is not"),
        (UPSTREAMS, HUB | {"url": "registry.test"}, "'registry.test' is not a URL"),
        (UPSTREAMS, HUB | {"password": "p"}, "its password needs a user"),
        (UPSTREAMS, HUB | {"user": "u", "password": "p", "password_file": "f"}, "leave one of them"),
        (WEBHOOKS, HOOK | {"actions": ["puhs"]}, "'puhs' is not one of push"),
        (WEBHOOKS, HOOK | {"headers": {"A B": "c"}}, "its value is not a table of header"),
    ],
)  # fmt: skip
def test_what_makes_no_sense(kind, row, wanted):
    with pytest.raises(values.Wrong) as caught:
        kind.read([row])
    assert wanted in "\n".join(fault.text for fault in caught.value.faults)


@pytest.mark.parametrize(("kind", "row"), [(UPSTREAMS, HUB), (WEBHOOKS, HOOK)])
def test_names_that_are_there_twice(kind, row):
    with pytest.raises(values.Wrong):
        kind.read([row, row])


def test_a_rule_for_what_has_no_tag_alone():
    [rule] = RETENTION.read([{"repositories": ["**"], "tags": [], "untagged": "14d"}])
    assert (rule.tags, rule.untagged_s) == ((), 14 * 86400)


def test_secrets_are_in_no_repr():
    [upstream] = UPSTREAMS.read([HUB | {"user": "u", "password": "hidden"}])
    [hook] = WEBHOOKS.read([HOOK | {"headers": {"Authorization": "hidden"}}])
    assert "hidden" not in repr((upstream, hook))
