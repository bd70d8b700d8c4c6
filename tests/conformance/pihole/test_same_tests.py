"""The tests that a stand-in passes, against a real FTL: the proof that it tells the truth."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.conformance.pihole import ftl
from tests.pihole import reached

ROOT = Path(__file__).parents[3]
LIMIT_S = 900
PARTS = {
    "tests/pihole/test_contract_auth.py": 20,
    "tests/pihole/test_contract_items.py": 20,
    "tests/net/dns/pihole/test_keeping.py": 10,
}
"""What speaks only the public API, and how many tests that are at least."""

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(LIMIT_S)]


@pytest.fixture(scope="module")
def real(tmp_path_factory):
    """A real FTL whose password may be changed."""
    try:
        ftl.program()
    except ftl.Missing as error:
        pytest.skip(str(error))
    with ftl.running(tmp_path_factory.mktemp("ftl")) as made:
        yield made


@pytest.mark.parametrize(("path", "least"), PARTS.items())
def test_the_public_api(real, path, least):
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", path],
        cwd=ROOT,
        env={
            **os.environ,
            reached.URL: real.url,
            reached.PASSWORD: ftl.PASSWORD,
            reached.DNS: f"127.0.0.1:{real.dns_port}",
            reached.DISPOSABLE: "1",
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
    assert int(re.search(r"(\d+) passed", done.stdout)[1]) >= least
    assert "skipped" not in done.stdout
