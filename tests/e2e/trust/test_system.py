"""The system's store: curl, openssl, Python and Java trust our server once it is told, and refuse it again after the undoing."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.e2e.trust import programs
from tests.e2e.trust.conftest import Served

pytestmark = pytest.mark.e2e
BUNDLE = "/etc/ssl/certs/ca-certificates.crt"
ANCHORS = "/usr/local/share/ca-certificates"


def content(served: Served) -> set[str]:
    return {name for name in ("curl", "openssl", "python", "java") if programs.of(served, name)()}


def state(served: Served) -> tuple[str, str]:
    """The bundle, and each link with where it leads."""
    links = ("find", "/etc/ssl/certs", "-type", "l", "-printf", "%p %l\n")
    listed = served.apart.run(*links).stdout.splitlines()
    return served.apart.run("cat", BUNDLE).stdout, "\n".join(sorted(listed))


def test_trusted_and_refused_again_and_what_is_others_is_as_it_was(served: Served) -> None:
    served.apart.run("update-ca-certificates", "--fresh")
    before = state(served)
    assert content(served) == set()
    assert served.trust("system") == {"system": "done"}
    assert content(served) == {"curl", "openssl", "python", "java"}
    assert served.trust("system") == {"system": "unchanged"}
    assert list(Path(ANCHORS).glob("homeport-*")) == [], "the machine's own was changed"
    undone = {"java": "done", "system": "done"}
    assert served.trust("system", "java", undo=True) == undone
    assert content(served) == set()
    assert state(served) == before


def test_a_run_that_was_cut_off_is_mended_by_the_next(served: Served) -> None:
    """Killed between the file and the program that makes the bundle of it."""
    curl, own = programs.of(served, "curl"), f"{ANCHORS}/{served.entry()}.crt"
    served.apart.run("cp", served.ca, own)
    assert not curl()
    assert served.trust("system") == {"system": "done"}
    assert curl()
    served.apart.run("rm", own)
    assert served.trust("java", "system", undo=True)["system"] == "done"
    assert not curl()


def test_by_hand_as_print_says(served: Served) -> None:
    """The variable of Node.js, which reads no store of the system."""
    said = served.homeport("trust", "--print").stdout
    assert f"NODE_EXTRA_CA_CERTS={served.ca}" in said
    assert not programs.of(served, "node")()
    assert programs.of(served, "node", NODE_EXTRA_CA_CERTS=str(served.ca))()
    assert programs.of(served, "python", SSL_CERT_FILE=str(served.ca))()
