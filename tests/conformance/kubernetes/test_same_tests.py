"""The tests that a stand-in passes, against the real API server: the proof that it tells the truth."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.apiserver import fixtures

ROOT = Path(__file__).parents[3]
LIMIT_S = 1800
PUBLIC = (
    *("applying", "changes", "defaulting", "deleting", "discovery", "listing"),
    *("owning", "validating", "watching", "writing"),
)
"""What of `tests/apiserver` speaks only the public API."""
INSTEAD = "tests.conformance.kubernetes.instead"
PARTS = {"planning": 50, "applying": 25}
"""The parts of the Kubernetes target that are tried, and how many of their tests need no fault."""
SLOWER = (
    "a_claim_that_got_its_volume_after_it_was_looked_at_keeps_its_data",
    "a_namespace_that_is_going_says_what_holds_it",
)
"""What a real cluster takes longer for than these tests wait: it looks at a namespace only 5 s after its deletion,
https://github.com/kubernetes/kubernetes/blob/v1.35.6/pkg/controller/namespace/namespace_controller.go
"""

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(LIMIT_S)]


def passed(kubeconfig, *words):
    """How many tests of another run have passed; none may have failed."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", *words],
        cwd=ROOT,
        env={**os.environ, fixtures.KUBECONFIG: str(kubeconfig)},
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
    return int(re.search(r"(\d+) passed", done.stdout)[1]), done.stdout


@pytest.mark.parametrize("name", PUBLIC)
def test_the_public_api(bare, name):
    count, text = passed(bare, f"tests/apiserver/test_{name}.py")
    assert count > 0
    assert "skipped" not in text


@pytest.mark.parametrize(("part", "least"), PARTS.items())
def test_the_target(whole, part, least):
    left_out = f"not ({' or '.join(SLOWER)})"
    count, _ = passed(whole, "-p", INSTEAD, "-k", left_out, f"tests/targets/kubernetes/{part}")
    assert count >= least
