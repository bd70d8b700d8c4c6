"""A JDK with a cacerts of its own: a real program on it trusts our server once keytool has told it, and not after the undoing."""

from __future__ import annotations

import re
from pathlib import Path

import harness
import pytest
from tests.e2e.trust import programs
from tests.e2e.trust.conftest import Served

pytestmark = pytest.mark.e2e


@pytest.fixture
def home(served: Served) -> Path:
    """A JDK of this machine; in the namespace it has a copy where the distribution made a link."""
    java = Path(harness.tool("java")).resolve()
    made = java.parent.parent
    cacerts = made / "lib/security/cacerts"
    if not (made / "bin/javac").exists() and not (made / "jmods").exists():
        pytest.skip("a JDK is not installed here")
    if not made.is_relative_to("/usr/lib/jvm"):
        pytest.skip(f"the JDK is not where the namespace has a copy of it: {made}")
    served.apart.run("sh", "-c", 'cp -L "$0" "$0.own" && mv "$0.own" "$0"', cacerts)
    return made


def entries(served: Served, home: Path) -> dict[str, str]:
    """Each alias with its certificate and date."""
    words = (home / "bin/keytool", "-J-Duser.language=en", "-list", "-rfc")
    place = ("-keystore", home / "lib/security/cacerts", "-storepass", "changeit")
    said = served.apart.run(*words, *place).stdout
    return dict(re.findall(r"Alias name: (.*)\n((?:(?!Alias name).*\n)*)", said))


def test_java(served: Served, home: Path) -> None:
    ask = programs.of(served, "java", str(home / "bin/java"))
    before = entries(served, home)
    assert not ask()
    assert served.trust("java") == {"java": "done"}
    assert ask()
    assert served.trust("java") == {"java": "unchanged"}
    added = entries(served, home)
    assert {name: text for name, text in added.items() if name in before} == before
    assert set(added) - set(before) == {served.entry()}
    assert served.trust("java", undo=True) == {"java": "done"}
    assert entries(served, home) == before
    assert not ask()
