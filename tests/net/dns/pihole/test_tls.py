"""HTTPS: the certificate is looked at, and what helps is said."""

from __future__ import annotations

import datetime
import ssl

import pytest
from tests.net.dns.pihole import acting
from tests.pihole import moments, reached, resolver, standing

from homeport import errors
from homeport.net import ca, files

NOW = datetime.datetime.now(datetime.UTC)


@pytest.fixture
def keys(tmp_path):
    """The files of a CA and of a server, as a Pi-hole makes them for itself."""

    def made(*names):
        ca.ensure(tmp_path, names, NOW)
        return files.ca(tmp_path).certificate, files.server(tmp_path)

    return made


@pytest.fixture
def served():
    """A Pi-hole that speaks TLS."""
    made = []

    def start(paths):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(paths.certificate, paths.key)
        time = moments.Moved()
        stand_in = standing.StandIn(time, context=context).start()
        made.append(stand_in)
        at = ("127.0.0.1", stand_in.dns_port)
        return reached.Reached(stand_in.url, "", at, time, time.wait, is_disposable=True)

    if resolver.PROGRAM is None:
        pytest.skip("dnsmasq is not installed (Debian: dnsmasq-base)")
    yield start
    for stand_in in made:
        stand_in.stop()


def refused(pihole, **changed):
    with pytest.raises(errors.HomeportError) as caught:
        acting.planned(pihole, **changed)
    return caught.value


def test_its_own_ca(keys, served):
    authority, server = keys("127.0.0.1")
    assert acting.planned(served(server), ca=authority).has_changes


def test_a_ca_that_nobody_knows(keys, served):
    error = refused(served(keys("127.0.0.1")[1]))
    assert "is not trusted" in error.what
    assert "tls_ca.crt" in error.hint
    assert "pihole.ca" in error.hint


def test_another_name(keys, served):
    authority, server = keys("pi.hole")
    pihole = served(server)
    url = pihole.url.replace("127.0.0.1", "[::ffff:127.0.0.1]")
    error = refused(pihole._replace(url=url), ca=authority)
    assert "is for another name" in error.what
    assert "webserver.domain" in error.hint


def test_http_where_https_is_asked_for(pretended, keys):
    url = pretended.url.replace("http", "https")
    error = refused(pretended, url=url, ca=keys("127.0.0.1")[0])
    assert "does not speak TLS" in error.what


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_a_ca_that_can_not_be_read(pretended, tmp_path, content):
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_text(content)
    url = pretended.url.replace("http", "https")
    error = refused(pretended, url=url, ca=path)
    assert str(path) in error.what
