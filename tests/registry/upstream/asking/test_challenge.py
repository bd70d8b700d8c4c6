"""What WWW-Authenticate asks for, and where a credential may go."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeport.registry.upstream import limits
from homeport.registry.upstream.asking import challenge
from homeport.registry.upstream.asking.challenge import Basic, Bearer


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        ('Basic realm="x"', Basic()),
        ("basic", Basic()),
        ('Bearer realm="https://a/t",service="s"', Bearer("https://a/t", "s")),
        ('bearer  Realm="https://a/t" , scope="a,b"', Bearer("https://a/t", "")),
        ("Bearer realm=https://a/t, service=s", Bearer("https://a/t", "s")),
        (r'Bearer realm="https://a/\"t",service="s,x"', Bearer('https://a/"t', "s,x")),
        ('Basic realm="x", Bearer realm="https://a/t",service="s"', Bearer("https://a/t", "s")),
        ('Bearer realm="https://a/t",service="s", Basic realm="x"', Bearer("https://a/t", "s")),
        ('Bearer service="s", Basic realm="x"', Bearer("x", "s")),
        ('Negotiate, Basic realm="x"', Basic()),
        ("Negotiate", None),
        ("", None),
    ],
)
def test_parse(header, wanted):
    assert challenge.parse(header) == wanted


@given(st.text(alphabet='Bbearsic ,="\\\t:/x', max_size=60))
def test_any_header_is_read_or_not(header):
    challenge.parse(header)


@pytest.mark.timeout(20)
@pytest.mark.parametrize("text", ["a", "a=", 'a="', "a ", "a= ", r"a=\"", ", bearer "])
def test_no_header_takes_long(text):
    """Read on the event loop: what takes the square of its length would stop all others for minutes."""
    for pattern in (challenge._PARAMETER, challenge._BEARER, challenge._BASIC):
        pattern.findall(text * 100_000)


def test_no_more_than_some_kilobytes_are_read():
    assert challenge.parse(" " * limits.FIELD_CHARS + "Basic") is None


@pytest.mark.parametrize(
    ("realm", "upstream", "may"),
    [
        ("https://auth.docker.io/token", "https://registry-1.docker.io", True),
        ("https://ghcr.io/token", "https://ghcr.io", True),
        ("https://gitlab.com/jwt/auth", "https://registry.gitlab.com", True),
        ("https://auth.ghcr.io/token", "https://ghcr.io", True),
        ("http://127.0.0.1:5001/token", "http://127.0.0.1:5000", True),
        ("https://evil.test/token", "https://registry-1.docker.io", False),
        ("https://evil.io/token", "https://ghcr.io", False),
        ("https://evildocker.io/token", "https://registry-1.docker.io", False),
        ("https://1.0.0.1/token", "https://10.0.0.1", False),
        ("https://docker.io.evil.test/token", "https://registry-1.docker.io", False),
        ("token", "https://ghcr.io", False),
    ],
)
def test_a_credential_stays_within_its_domain(realm, upstream, may):
    assert challenge.may_have_credential(realm, upstream) is may


@pytest.mark.parametrize(
    ("realm", "upstream", "may"),
    [
        ("https://a.test/t", "https://b.test", True),
        ("https://a.test/t", "http://b.test", True),
        ("http://a.test/t", "http://b.test", True),
        ("http://b.test/t", "https://b.test", False),
        ("https://ann@b.test/t", "https://b.test", False),
        ("file:///etc/passwd", "http://b.test", False),
        ("/t", "http://b.test", False),
    ],
)
def test_a_token_is_asked_for_in_the_clear_only_where_all_is(realm, upstream, may):
    assert challenge.may_ask(realm, upstream) is may
