"""Options that can not work are told before the registry is opened."""

from pathlib import Path

import pytest

from homeport import errors
from homeport.registry.access import checks
from homeport.registry.options import Options, Rule

USERS = Path("htpasswd")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"rules": (Rule(("a",)),)}, "no file of users"),
        ({"htpasswd": USERS, "rules": (Rule(("a",), ("own",)),)}, "Rule 1 .* lets own"),
        ({"htpasswd": USERS, "rules": (Rule(("a",)), Rule(("a",), ()))}, "Rule 2"),
        ({"htpasswd": USERS, "rules": (Rule(()),)}, "has no repositories"),
        ({"htpasswd": USERS, "rules": (Rule(("a",), ("push",), anonymous=True),)}, "allow pull"),
        ({"token_s": 59.0}, "59 s"),
        ({"metrics": "all"}, "'all'"),
        ({"realm": "a\nb"}, "realm"),
        ({"realm": "é"}, "realm"),
        ({"url": "registry.test"}, "clients can reach"),
        ({"url": "https://é"}, "address"),
        ({"headers": (("a b", "c"),)}, "'a b'"),
        ({"headers": (("", "c"),)}, "''"),
        ({"headers": (("a", "b\r\nc: d"),)}, "'a'"),
        ({"headers": (("a", " b"),)}, "'a'"),
        ({"headers": (("a", "\u20ac"),)}, "'a'"),
        ({"headers": (("Content-Length", "1"),)}, "the server's own"),
        ({"headers": (("transfer-encoding", "chunked"),)}, "the server's own"),
    ],
)
def test_what_can_not_work(options, words):
    with pytest.raises(errors.SettingsError, match=words):
        checks.check(Options(**options))


def test_what_works():
    checks.check(Options())
    checks.check(
        Options(
            htpasswd=USERS,
            rules=(Rule(("**",), ("pull", "push", "delete"), ("*",), anonymous=True),),
            token_s=60,
            metrics="anyone",
            url="https://registry.example.com",
            headers=(("X-A", ""), ("Access-Control-Allow-Origin", "https://a.test, b\xe9")),
        )
    )
