import pytest

from homeport.stack import values
from homeport.stack.kinds import http

URL, PLACE = http.Url(), http.Url(can_be_empty=True, has_path=False)


@pytest.mark.parametrize(
    ("kind", "raw", "value"),
    [
        (URL, "https://example.com:8443/hook?x=1", "https://example.com:8443/hook?x=1"),
        (URL, "http://[::1]:80/", "http://[::1]:80/"),
        (PLACE, "https://registry.test/", "https://registry.test"),
        (PLACE, "", ""),
        (http.Listen(), "127.0.0.1:5001", ("127.0.0.1", 5001)),
        (http.Listen(), "[::]:5001", ("::", 5001)),
        (http.Listen(), ":5001", ("127.0.0.1", 5001)),
        (http.Listen(), 5001, ("127.0.0.1", 5001)),
        (http.Listen(), "off", None),
        (http.Headers(), {"X-A": "1", "X-B": ["2", "3"]}, (("X-A", "1"), ("X-B", "2"), ("X-B", "3"))),
        (http.Headers(), '{"X-A": "é"}', (("X-A", "é"),)),
        (http.Headers(), {}, ()),
    ],
)  # fmt: skip
def test_what_is_read_and_shown_is_read_again(kind, raw, value):
    assert kind.read(raw) == value
    assert kind.read(kind.show(kind.read(raw))) == value


@pytest.mark.parametrize(
    ("kind", "raw"),
    [
        (URL, ""),
        (URL, "example.com"),
        (URL, "ftp://example.com"),
        (URL, "https://"),
        (URL, "https://a b"),
        (URL, "https://example.com/" + "x" * 2000),
        (URL, 5),
        (PLACE, "https://registry.test/path"),
        (http.Listen(), "5001x"),
        (http.Listen(), "::1:5001"),
        (http.Listen(), "localhost:"),
        (http.Listen(), True),
        (http.Listen(), "127.0.0.1:70000"),
        (http.Headers(), ["X"]),
        (http.Headers(), "no json"),
        (http.Headers(), {"X A": "1"}),
        (http.Headers(), {"X": "a\r\nB: c"}),
        (http.Headers(), {"X": 5}),
        (http.Headers(), {"Content-Length": "5"}),
        (http.Headers(), {f"X-{n}": "1" for n in range(33)}),
    ],
)
def test_what_is_refused(kind, raw):
    with pytest.raises(values.NotOfKind):
        kind.read(raw)


def test_a_password_in_a_url_is_not_repeated():
    with pytest.raises(values.NotOfKind) as caught:
        URL.read("https://ada:secret@example.com/")
    assert str(caught.value) == "https://***@example.com/"


def test_the_value_of_a_header_is_not_repeated():
    with pytest.raises(values.NotOfKind) as caught:
        http.Headers().read({"Authorization": "secret\n"})
    assert str(caught.value) == "the value of Authorization"
