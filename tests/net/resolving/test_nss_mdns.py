"""What we say of nss-mdns is what it does: the real library of Debian's libnss-mdns, asked by the C library."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.net.resolving import answering

from homeport.net.resolving import judging
from homeport.net.resolving.judging import Asked
from homeport.net.resolving.machine import Machine

LIBRARY = "libnss_mdns4_minimal.so.2"
FOLDER = os.environ.get("HOMEPORT_TEST_NSS_MDNS", "")
"""Where it is unpacked: installing it would change how this machine finds names."""
PLACES = [Path(FOLDER)] if FOLDER else [*Path("/lib").glob("*-linux-gnu"), Path("/lib64")]
DEBIAN = "hosts: files mdns4_minimal [NOTFOUND=return] dns\n"


@pytest.fixture(scope="module")
def library():
    found = [folder for folder in PLACES if (folder / LIBRARY).exists()]
    if not found:
        pytest.skip("libnss-mdns is neither installed nor named by HOMEPORT_TEST_NSS_MDNS")
    tried = subprocess.run(["unshare", "-mn", "true"], capture_output=True, check=False)
    if tried.returncode:
        pytest.skip("no namespaces can be made here")
    return found[0]


def ask(library, name, switch, *given):
    done = subprocess.run(
        ["unshare", "-mn", sys.executable, answering.__file__, name, switch, *given],
        env=os.environ | {"LD_LIBRARY_PATH": str(library)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return json.loads(done.stdout)


CASES = {
    "two labels": ("registry.local", DEBIAN, ("avahi",), Asked.MULTICAST),
    "three labels": ("registry.homelab.local", DEBIAN, ("avahi",), Asked.SERVERS),
    "no avahi": ("registry.local", DEBIAN, (), Asked.SERVERS),
    "another line": (
        "registry.local",
        "hosts: files mdns4_minimal dns\n",
        ("avahi",),
        Asked.SERVERS,
    ),
    "another domain": ("registry.lan", DEBIAN, ("avahi",), Asked.SERVERS),
}


@pytest.mark.parametrize("case", CASES)
def test_it_does_what_is_said_of_it(library, case):
    name, switch, given, asked = CASES[case]
    told = judging.way(Machine(switch=switch, has_avahi="avahi" in given), name)
    seen = ask(library, name, switch, *given)
    assert told.asked is asked
    assert seen["found"] == (answering.ADDRESS if asked is Asked.SERVERS else "")
    assert (f"{name}. A" in seen["dns"]) == (asked is Asked.SERVERS)


def test_a_server_that_is_in_charge_of_local_is_asked(library):
    seen = ask(library, "registry.local", DEBIAN, "avahi", "local")
    assert (seen["found"], seen["multicast"]) == (answering.ADDRESS, [])
    why = judging.way(Machine(switch=DEBIAN, has_avahi=True), "registry.local").why
    assert "unless the DNS server says that it is in charge of local" in why
