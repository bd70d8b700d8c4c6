"""Who speaks plain HTTP where only HTTPS is spoken is sent on, wherever the request says that it went to."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeport.edge import http, redirecting


def sent_on(host, path="/", query=""):
    headers = {} if host is None else {"host": host}
    return redirecting.to_https(http.Request("GET", path, query, headers, http.BytesBody()))


@pytest.mark.parametrize(
    ("host", "path", "query", "location"),
    [
        ("localhost:5080", "/", "", "https://localhost:5080/"),
        ("registry-ui.lan", "/a%2Fb", "n=1&x=%26", "https://registry-ui.lan/a%2Fb?n=1&x=%26"),
        ("[::1]:5080", "/login", "", "https://[::1]:5080/login"),
        ("192.0.2.1", "//other.test/x", "", "https://192.0.2.1//other.test/x"),
    ],
)
def test_to_the_same_address(host, path, query, location):
    answer = sent_on(host, path, query)
    assert (answer.status, answer.headers) == (307, [("Location", location)])


@pytest.mark.parametrize(
    ("host", "path"),
    [
        (None, "/"),
        ("", "/"),
        ("a b", "/"),
        ("user@host", "/"),
        ("host/path", "/"),
        ("host:port", "/"),
        ("h" * 256, "/"),
        ("host", "*"),
        ("host", "http://other.test/"),
        ("host", "/a\r\nX: y"),
        ("host", "/\xe9"),
    ],
)
def test_nowhere_where_no_address_can_be_told(host, path):
    answer = sent_on(host, path)
    assert (answer.status, b"speaks HTTPS" in answer.body) == (400, True)
    assert [name for name, _ in answer.headers] == ["Content-Type"]


@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=40))
def test_whatever_is_sent_no_field_has_more_than_an_address(host, path, query):
    answer = sent_on(host, f"/{path}", query)
    location = dict(answer.headers).get("Location", "https://h/")
    assert location.startswith("https://")
    assert set(location) <= set(string.printable) - set(string.whitespace)
    if answer.status == 307:
        assert location == f"https://{host}/{path}{'?' if query else ''}{query}"
