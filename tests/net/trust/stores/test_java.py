"""The cacerts of JDKs, changed by a real keytool."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from tests.net.trust import cas

from homeport.net.trust import carrying
from homeport.net.trust.contract import State
from homeport.net.trust.stores import java

STORE = java.Java()
NAME = "homeport-12345678"
FLAGS = ("-J-Duser.language=en", "-storepass", "changeit")


def keytool(path, *words, given=""):
    command = ["keytool", *words, "-keystore", str(path), *FLAGS]
    done = subprocess.run(command, input=given, capture_output=True, text=True, check=True)
    return done.stdout


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A keystore with the CA of somebody else."""
    if shutil.which("keytool") is None:
        pytest.skip("keytool is not installed here")
    path = tmp_path_factory.mktemp("java") / "cacerts"
    keytool(path, "-importcert", "-noprompt", "-alias", "corporate", given=cas.FOREIGN.pem)
    return path


@pytest.fixture
def cacerts(here, small):
    """A JDK that has it."""
    here.real("keytool")
    path = here.root / "usr/lib/jvm/jdk-17/lib/security/cacerts"
    path.parent.mkdir(parents=True)
    shutil.copy2(small, path)
    path.chmod(0o644)
    return path


def entries(path):
    said = keytool(path, "-list", "-rfc")
    found = re.findall(
        r"Alias name: (.*)\n(?:.*\n)*?(-----BEGIN[^$]*?END CERTIFICATE-----\n)", said
    )
    return {alias: text.replace("\r", "") for alias, text in found}


def test_comes_and_goes_beside_those_of_others(here, cacerts):
    assert here.do(STORE) == [State.DONE]
    assert list(entries(cacerts)) == ["corporate", NAME]
    assert here.do(STORE) == [State.UNCHANGED]
    assert here.do(STORE, undo=True) == [State.DONE]
    assert list(entries(cacerts)) == ["corporate"]
    assert here.do(STORE, undo=True) == [State.UNCHANGED]
    assert [path.name for path in cacerts.parent.iterdir()] == ["cacerts"]


def test_a_new_ca_takes_the_place_of_the_old_one(here, cacerts):
    here.do(STORE, cas.OLDER)
    assert here.do(STORE) == [State.DONE]
    assert cas.OURS.pem in keytool(cacerts, "-list", "-rfc", "-alias", NAME)


def test_one_that_is_made_of_the_systems_store_is_left_to_it(here, cacerts):
    fed = here.root / java.FED[0][1:]
    fed.parent.mkdir(parents=True)
    shutil.move(cacerts, fed)
    cacerts.symlink_to(fed)
    (found,) = STORE.places(here.machine, here.wanted())
    assert (found.state, found.where) == (State.SKIPPED, fed)
    keytool(fed, "-importcert", "-noprompt", "-alias", f"debian:{NAME}.pem", given=cas.OURS.pem)
    assert here.do(STORE) == [State.UNCHANGED]
    # Debian's hook keeps what has gone.
    assert here.do(STORE, None, undo=True) == [State.DONE]
    assert cas.OURS.pem not in keytool(fed, "-list", "-rfc")


def test_jdks_that_share_one_are_one(here, cacerts):
    other = here.root / "usr/lib/jvm/jdk-21/lib/security/cacerts"
    other.parent.mkdir(parents=True)
    other.symlink_to(cacerts)
    assert here.do(STORE) == [State.DONE]


@pytest.mark.parametrize(
    "inside", ["lib/security", "jre/lib/security", "Contents/Home/lib/security"]
)
def test_where_jdks_have_it(here, cacerts, inside):
    path = here.home / ".sdkman/candidates/java/x" / inside / "cacerts"
    path.parent.mkdir(parents=True)
    shutil.move(cacerts, path)
    assert [each.where for each in STORE.places(here.machine, here.wanted())] == [path]


def test_another_password_is_said(here, cacerts):
    keytool(cacerts, "-storepasswd", "-new", "another")
    with pytest.raises(Exception, match="password was incorrect"):
        STORE.places(here.machine, here.wanted())


def test_a_failure_leaves_the_file(here, cacerts):
    before = cacerts.read_bytes()
    places = STORE.places(here.machine, here.wanted())
    (here.bin / "keytool").unlink()
    here.program("keytool", "echo full >&2; exit 1")
    steps = [
        step._replace(argv=(str(here.bin / "keytool"), *step.argv[1:])) for step in places[0].steps
    ]
    (found,) = carrying.carry_out(
        here.machine, [places[0]._replace(steps=tuple(steps))], here.wanted()
    )
    assert found.state is State.FAILED
    assert cacerts.read_bytes() == before


def test_skipped_where_there_is_none(here, cacerts):
    (here.bin / "keytool").unlink()
    (found,) = STORE.places(here.machine, here.wanted())
    assert found.why == "keytool is not installed"
    shutil.rmtree(Path(here.root / "usr"))
    (found,) = STORE.places(here.machine, here.wanted())
    assert found.why == "no JDK was found"
