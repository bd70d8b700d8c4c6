"""The store of a Linux system: OpenSSL, GnuTLS, curl, Python, Go and Git read what is made of it, and Java where the distribution feeds it.

Debian, Ubuntu and Alpine: https://manpages.debian.org/bookworm/ca-certificates/update-ca-certificates.8.en.html
Fedora and RHEL: https://docs.fedoraproject.org/en-US/quick-docs/using-shared-system-certificates/
Arch: https://wiki.archlinux.org/title/User:Grawity/Adding_a_trusted_CA_certificate
openSUSE: https://en.opensuse.org/SDB:Certificates (update-ca-certificates, of p11-kit)
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from homeport.net.trust import contract
from homeport.net.trust.contract import Command, Place, Wanted
from homeport.net.trust.files import writing
from homeport.net.trust.files.writing import Step
from homeport.net.trust.machine import Machine
from homeport.net.trust.stores import by_address

NAME = "system"


class Family(NamedTuple):
    """How a family of distributions does it."""

    folder: str
    """Where an administrator puts CAs."""
    suffix: str
    update: tuple[str, ...]
    """What makes the bundle of them."""
    bundle: str
    undo: tuple[str, ...] = ()
    """The same where one has gone, where that is another."""


FAMILIES = (
    Family(
        "/etc/pki/ca-trust/source/anchors",
        ".pem",
        ("update-ca-trust", "extract"),
        "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    ),
    Family(
        "/etc/ca-certificates/trust-source/anchors",
        ".crt",
        ("trust", "extract-compat"),
        "/etc/ca-certificates/extracted/tls-ca-bundle.pem",
    ),
    Family(
        "/etc/pki/trust/anchors",
        ".pem",
        ("update-ca-certificates",),
        "/var/lib/ca-certificates/ca-bundle.pem",
    ),
    Family(
        "/usr/local/share/ca-certificates",
        ".crt",
        ("update-ca-certificates",),
        "/etc/ssl/certs/ca-certificates.crt",
        # Without it the links of one that has gone are left.
        ("update-ca-certificates", "--fresh"),
    ),
)
"""The more special first: openSUSE has a program of Debian's name."""


class System:
    """The one of this machine."""

    name = NAME
    about = "curl, openssl, Python, Go, Git and most programs of this machine"

    def places(self, machine: Machine, wanted: Wanted) -> list[Place]:
        """The folder of the family."""
        if machine.platform != "linux":
            return []
        family = next((each for each in FAMILIES if _is_here(each, machine)), None)
        if family is None:
            why = "it has no ca-certificates, or is of a kind that is not known"
            return [contract.skipped(NAME, machine.at("/etc/ssl/certs"), why)]
        folder = machine.at(family.folder)
        own = folder / f"{wanted.slot}{family.suffix}"
        found = by_address.inside(folder, ".crt", ".pem", ".cer")
        is_bundled = _is_bundled(family, machine, wanted)
        steps: list[Step | Command] = []
        if wanted.is_undo:
            gone = [path for path, has in found.items() if path == own or wanted.is_it(has)]
            steps += [by_address.removal(path) for path in gone]
        elif not any(map(wanted.is_it, found.values())):
            steps.append(by_address.step(own, wanted, found.get(own)))
        # A run that was cut off has changed the folder, and not the bundle.
        if steps or is_bundled == wanted.is_undo:
            words = (wanted.is_undo and family.undo) or family.update
            program = machine.program(words[0]) or words[0]
            steps.append(Command((program, *words[1:])))
        return [contract.todo(NAME, folder, steps, machine, needs=own)]


def is_bundled(pem: str, root: Path = Path("/")) -> bool:
    """Whether the programs of this system trust a certificate already, as far as is known without asking them."""
    return any(_has(root / family.bundle.lstrip("/"), pem) for family in FAMILIES)


def _is_here(family: Family, machine: Machine) -> bool:
    return machine.at(family.folder).is_dir() and machine.program(family.update[0]) is not None


def _is_bundled(family: Family, machine: Machine, wanted: Wanted) -> bool:
    """Whether it is in what programs read. It has each certificate in the same form."""
    return _has(machine.at(family.bundle), wanted.pem)


def _has(bundle: Path, pem: str) -> bool:
    text = writing.read(bundle) or ""
    body = "".join(pem.splitlines()[1:-1])
    return bool(body) and body in text.replace("\n", "")
