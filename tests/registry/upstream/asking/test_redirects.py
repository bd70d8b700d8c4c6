"""Redirects: where they lead, and that the credential stays behind."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeport.registry.upstream.asking import redirects
from homeport.registry.upstream.asking.errors import Wrong
from homeport.registry.upstream.asking.redirects import Target

ASKED = Target("https://a.test/v2/x/blobs/1?q", {"authorization": "Basic x", "Accept": "*/*"})


@pytest.mark.parametrize(
    ("location", "url", "keeps"),
    [
        ("/y", "https://a.test/y", True),
        ("y?z", "https://a.test/v2/x/blobs/y?z", True),
        ("https://a.test:443/y", "https://a.test:443/y", True),
        ("https://a.test:444/y", "https://a.test:444/y", False),
        ("https://b.test/y#f", "https://b.test/y", False),
        ("//b.test/y", "https://b.test/y", False),
        ("https://a.test.b.test/y", "https://a.test.b.test/y", False),
    ],
)
def test_follow(location, url, keeps):
    target = redirects.follow(ASKED, location, may_be_plain=False)
    assert target.url == url
    assert ("authorization" in target.headers) is keeps
    assert target.headers["Accept"] == "*/*"


def test_it_does_not_come_back_with_the_host():
    away = redirects.follow(ASKED, "https://b.test/", may_be_plain=False)
    assert "authorization" not in redirects.follow(away, ASKED.url, may_be_plain=False).headers


def test_from_https_to_http_goes_only_what_is_verified_and_without_credential():
    with pytest.raises(Wrong, match="from https to http"):
        redirects.follow(ASKED, "http://a.test/y", may_be_plain=False)
    target = redirects.follow(ASKED, "http://a.test/y", may_be_plain=True)
    assert (target.url, "authorization" in target.headers) == ("http://a.test/y", False)


@pytest.mark.parametrize("location", ["file:///etc/passwd", "http://", "https://[x/", "ftp://b/"])
def test_what_is_no_address_of_a_server(location):
    with pytest.raises(Wrong):
        redirects.follow(ASKED, location, may_be_plain=True)


@given(
    st.text(max_size=40) | st.from_regex(r"https?://[a-z.:0-9@\[\]]{0,12}/[a-z]?", fullmatch=True)
)
def test_any_location_is_followed_or_refused(location):
    try:
        target = redirects.follow(ASKED, location, may_be_plain=True)
    except Wrong:
        return
    is_same = redirects.origin(target.url) == redirects.origin(ASKED.url)
    assert ("authorization" in target.headers) is is_same
