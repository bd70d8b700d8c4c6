"""What a client is told to do for a credential."""

import pytest

from homeport.edge import http
from homeport.registry.access.challenges import Challenges
from homeport.registry.options import Options


def ask(options, has_bearer=True, scheme="http", **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = http.Request("GET", "/v2/", "", named, http.BytesBody(), scheme)
    challenges = Challenges(options, has_bearer=has_bearer)
    return dict(challenges.ask(request, scope="repository:a:pull", error="x").headers)[
        "WWW-Authenticate"
    ]


@pytest.mark.parametrize(
    ("headers", "realm"),
    [
        ({"host": "registry.test"}, "http://registry.test/v2/token"),
        ({"host": "registry.test:5000", "scheme": "https"}, "https://registry.test:5000/v2/token"),
        ({"host": "[::1]:5000"}, "http://[::1]:5000/v2/token"),
        ({"host": "a", "x_forwarded_proto": "https"}, "https://a/v2/token"),
        (
            {"host": "a", "x_forwarded_proto": "https, http", "x_forwarded_host": "b:1, c"},
            "https://b:1/v2/token",
        ),
        ({"host": "a", "x_forwarded_proto": "gopher"}, "http://a/v2/token"),
    ],
)
def test_where_tokens_are(headers, realm):
    assert ask(Options(), **headers) == (
        f'Bearer realm="{realm}",service="homeport",scope="repository:a:pull",error="x"'
    )


def test_a_set_address_goes_before_all():
    options = Options(url="https://registry.example.com/", realm='a "b"\\')
    assert ask(options, host="x", x_forwarded_host="y").startswith(
        'Bearer realm="https://registry.example.com/v2/token",service="a \\"b\\"\\\\",'
    )


@pytest.mark.parametrize("host", ["", 'a"b', "a b", "a/b", "é", "a:b", "a\\"])
def test_a_host_that_is_none_is_not_repeated(host):
    assert ask(Options(), host=host) == 'Basic realm="homeport"'


def test_basic_where_nobody_needs_a_token():
    assert ask(Options(realm="here"), has_bearer=False, host="a") == 'Basic realm="here"'
