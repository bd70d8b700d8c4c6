"""Chromium and Firefox ask our server for a page once their stores are told, and not before and after."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import harness
import pytest
from tests.e2e.trust.apart import ADDRESS, HOST
from tests.e2e.trust.conftest import Served

pytestmark = pytest.mark.e2e
QUIET = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync"
LIMIT_S = 90
UNTRUSTED = "net_error -202"
"""ERR_CERT_AUTHORITY_INVALID: https://source.chromium.org/chromium/chromium/src/+/main:net/base/net_error_list.h"""
QUIETLY = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.DEVNULL)
REFUSED = ("refused TLSV1_ALERT_UNKNOWN_CA", "refused SSLV3_ALERT_BAD_CERTIFICATE")
"""What OpenSSL calls these alerts: https://www.rfc-editor.org/rfc/rfc8446#section-6.2"""
JUDGED = f"""\
import socketserver, ssl, sys, threading
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(*sys.argv[1:3])
class Judged(socketserver.BaseRequestHandler):
    def handle(self):
        try:
            with context.wrap_socket(self.request, server_side=True) as secure:
                said = "asked" if secure.recv(1) else ""
        except ssl.SSLError as error:
            said = f"refused {{error.reason}}"
        if said and not over.is_set():
            over.set()
            print(said, flush=True)
over = threading.Event()
with socketserver.ThreadingTCPServer((sys.argv[3], 0), Judged) as server:
    server.daemon_threads = True
    print(server.server_address[1], flush=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    over.wait({LIMIT_S})
    server.shutdown()
"""
"""A server that says what its first client thought of its certificate, and ends."""


def chromium(served: Served) -> bool:
    """Whether it asked for the page; where it did not, it must have said why."""
    mark = uuid.uuid4().hex
    profile = f"--user-data-dir={served.apart.home}/{mark}"
    words = (harness.tool("chromium"), *QUIET.split(), profile, "--dump-dom")
    url = f"{served.url}?{mark}"
    done = served.apart.run(*words, url, stdin=subprocess.DEVNULL, timeout=LIMIT_S)
    assert served.has_seen(mark) != (UNTRUSTED in done.stderr), done.stderr
    return served.has_seen(mark)


@pytest.fixture
def fresh(served: Served) -> Path:
    """A home in which no browser was yet."""
    harness.tool("certutil")
    for name in (".pki", ".local", ".mozilla"):
        shutil.rmtree(served.apart.home / name, ignore_errors=True)
    return served.apart.home


@pytest.mark.parametrize("is_first", [True, False], ids=["before its first start", "after it"])
def test_chromium(served: Served, fresh: Path, is_first: bool) -> None:
    if not is_first:
        assert not chromium(served)
    assert served.trust("chromium") == {"chromium": "done"}
    assert chromium(served)
    assert served.trust("chromium") == {"chromium": "unchanged"}
    assert served.trust("chromium", undo=True) == {"chromium": "done"}
    assert not chromium(served)


@contextlib.contextmanager
def begun(*words: str | Path, served: Served, **options) -> Iterator[subprocess.Popen[str]]:
    """A program that runs while the block does."""
    command, environment = served.apart.command(*words), served.apart.environment()
    with subprocess.Popen(command, env=environment, text=True, **QUIETLY | options) as process:
        try:
            yield process
        finally:
            process.terminate()


def firefox(served: Served, profile: Path) -> bool:
    """Whether it asked for a page; where it did not, it must have refused the certificate. It waits for ever then, and is ended."""
    pair = [served.data / f"certs/server.{kind}" for kind in ("crt", "key")]
    judging = (sys.executable, "-c", JUDGED, *pair, ADDRESS)
    with begun(*judging, served=served, stdout=subprocess.PIPE) as judge:
        url = f"https://{HOST}:{judge.stdout.readline().strip()}/"
        words = ("--headless", "--no-remote", "--profile", profile, "--screenshot")
        with begun(harness.tool("firefox-esr"), *words, profile / "a.png", url, served=served):
            verdict = judge.stdout.read().strip()
    assert verdict in ("asked", *REFUSED)
    return verdict == "asked"


def test_firefox(served: Served, fresh: Path) -> None:
    profile = fresh / ".mozilla/firefox/abc.default-esr"
    profile.mkdir(parents=True)
    assert not firefox(served, profile)
    assert served.trust("firefox") == {"firefox": "done"}
    assert firefox(served, profile)
    assert served.trust("firefox") == {"firefox": "unchanged"}
    assert served.trust("firefox", undo=True) == {"firefox": "done"}
    assert not firefox(served, profile)
