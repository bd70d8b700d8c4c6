"""Java: the cacerts of each JDK, changed by its own keytool.

https://docs.oracle.com/en/java/javase/21/docs/specs/man/keytool.html
Where the distribution makes that file of its own store, it is left to it.
"""

from __future__ import annotations

import re
from pathlib import Path

from homeport.net.trust import authority, contract
from homeport.net.trust.contract import Command, Place, State, Wanted
from homeport.net.trust.machine import Machine

NAME = "java"
PASSWORD = "changeit"  # noqa: S105 - everybody's, as keytool's manual says
FED = (
    "/etc/ssl/certs/java/cacerts",
    "/etc/pki/ca-trust/extracted/java/cacerts",
    "/etc/pki/java/cacerts",
    "/etc/ca-certificates/extracted/java-cacerts.jks",
    "/var/lib/ca-certificates/java-cacerts",
)
"""Made of the system's store: by ca-certificates-java of Debian and Alpine, by update-ca-trust, trust and openSUSE's program."""
_FOLDERS = ("/usr/lib/jvm", "/usr/java", "/opt/java", "/Library/Java/JavaVirtualMachines")
_INSIDE = ("lib/security/cacerts", "jre/lib/security/cacerts", "Contents/Home/lib/security/cacerts")
_ALIAS = re.compile(r"^Alias name: (.*)$", re.MULTILINE)
_MOST = 50


class Java:
    """All JDKs that are found."""

    name = NAME
    about = "Java, each JDK"

    def places(self, machine: Machine, wanted: Wanted) -> list[Place]:
        """One for each cacerts, however many JDKs share it."""
        found = _keystores(machine)
        if not found:
            return [contract.skipped(NAME, machine.at(_FOLDERS[0]), "no JDK was found")]
        return [_place(path, homes, machine, wanted) for path, homes in found.items()]


def _place(path: Path, home: Path, machine: Machine, wanted: Wanted) -> Place:
    own = home / "bin/keytool"
    is_usable = own.exists() and machine.may_run(own, path)
    keytool = str(own) if is_usable else machine.program("keytool")
    if keytool is None:
        return contract.skipped(NAME, path, "keytool is not installed")
    holders, ours = _holders(keytool, path, machine, wanted)
    is_fed = path in [machine.at(each) for each in FED]
    if wanted.is_undo:
        # Debian's hook is not told of what has gone, and keeps it.
        steps = [_removal(keytool, path, name) for name in dict.fromkeys([*holders, *ours])]
        return contract.todo(NAME, path, steps, machine)
    if holders:
        return contract.todo(NAME, path, [], machine)
    if is_fed:
        why = "fed by the system store"
        return Place(NAME, path, State.SKIPPED, why=why)
    steps = [_removal(keytool, path, name) for name in ours]
    steps.append(_addition(keytool, path, wanted))
    return contract.todo(NAME, path, steps, machine, after="Java reads it when it starts.")


def _keystores(machine: Machine) -> dict[Path, Path]:
    """Each cacerts with a JDK that has it. Links are followed: they are how distributions share one."""
    homes = [Path(machine.java_home)] if machine.java_home.startswith("/") else []
    for folder in (*map(machine.at, _FOLDERS), machine.home(".sdkman/candidates/java")):
        if folder.is_dir():
            homes += sorted(folder.iterdir())[:_MOST]
    if program := machine.program("java"):
        homes.append(Path(program).resolve().parent.parent)
    found: dict[Path, Path] = {}
    for home in homes:
        for inside in _INSIDE:
            path = (home / inside).resolve()
            # Root runs no keytool that a user may have written, unless as that user on what is theirs.
            is_odd = machine.is_theirs(home) and not machine.is_theirs(path)
            if (home / inside).is_file() and not is_odd:
                found.setdefault(path, home / inside.partition("lib/")[0].removesuffix("jre/"))
    return found


def _holders(
    keytool: str, path: Path, machine: Machine, wanted: Wanted
) -> tuple[list[str], list[str]]:
    """The aliases under which it is there, and those that we made, for it or an earlier one."""
    words = (keytool, *_QUIET, "-list", "-rfc", "-keystore", str(path), "-storepass", PASSWORD)
    said = machine.run(words, path)
    parts = _ALIAS.split(said)[1:]
    entries = dict(zip(parts[::2], parts[1::2], strict=True))
    found = [
        alias for alias, text in entries.items() if wanted.is_it(authority.parsed(text.encode()))
    ]
    # The second is that of Debian, which feeds it with our file of the system store.
    return found, [each for each in (wanted.slot, f"debian:{wanted.slot}.pem") if each in entries]


_QUIET = ("-J-Duser.language=en", "-J-Duser.country=US")
"""What it says is read."""


def _addition(keytool: str, path: Path, wanted: Wanted) -> Command:
    words = (keytool, *_QUIET, "-importcert", "-noprompt", "-alias", wanted.slot)
    return Command(
        (*words, "-keystore", str(path), "-storepass", PASSWORD), is_fed=True, rewrites=path
    )


def _removal(keytool: str, path: Path, alias: str) -> Command:
    words = (keytool, *_QUIET, "-delete", "-alias", alias)
    return Command((*words, "-keystore", str(path), "-storepass", PASSWORD), rewrites=path)
