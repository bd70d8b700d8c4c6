"""Chromium and Firefox ask our server for a page once their stores are told, and not before and after."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import uuid
from pathlib import Path

import harness
import pytest
from tests.e2e.trust.conftest import Served

pytestmark = pytest.mark.e2e
QUIET = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync"
LIMIT_S = 90
UNTRUSTED = "net_error -202"
"""ERR_CERT_AUTHORITY_INVALID: https://source.chromium.org/chromium/chromium/src/+/main:net/base/net_error_list.h"""
PATIENCE_S = 12
"""How long Firefox, which waits for a page that never comes, is given where it is not to trust it."""


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


def firefox(served: Served, profile: Path, limit_s: int = LIMIT_S) -> bool:
    """Whether it asked for the page, which it does only on a connection that it trusts."""
    mark = uuid.uuid4().hex
    words = ("--headless", "--no-remote", "--profile", profile, "--screenshot", profile / "a.png")
    command = (harness.tool("firefox-esr"), *words, f"{served.url}?{mark}")
    with contextlib.suppress(subprocess.TimeoutExpired):
        served.apart.run(*command, stdin=subprocess.DEVNULL, timeout=limit_s, check=False)
    return served.has_seen(mark)


def test_firefox(served: Served, fresh: Path) -> None:
    profile = fresh / ".mozilla/firefox/abc.default-esr"
    profile.mkdir(parents=True)
    assert not firefox(served, profile, PATIENCE_S)
    assert served.trust("firefox") == {"firefox": "done"}
    assert firefox(served, profile)
    assert served.trust("firefox") == {"firefox": "unchanged"}
    assert served.trust("firefox", undo=True) == {"firefox": "done"}
    assert not firefox(served, profile, PATIENCE_S)
