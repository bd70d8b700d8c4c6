"""Where terraform and tofu look for a provider on this machine, and the program that they find there.

https://developer.hashicorp.com/terraform/cli/config/config-file#provider-installation
"""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from homeport import errors
from homeport.net import files
from homeport.stack import version

HOST, NAMESPACE, TYPE = "homeport.local", "homeport", "homeport"
ADDRESS = f"{HOST}/{NAMESPACE}/{TYPE}"
"""What `source` says. The host is nobody's, so that no program asks the network for it.
https://developer.hashicorp.com/terraform/language/providers/requirements#in-house-providers"""

_MACHINES = {"x86_64": "amd64", "amd64": "amd64", "aarch64": "arm64", "arm64": "arm64"}
_MACHINES |= {"armv6l": "arm", "armv7l": "arm", "i386": "386", "i686": "386"}
"""By the names that Go has: https://go.dev/doc/install/source#environment"""
_SYSTEMS = ("linux", "darwin", "freebsd")

_PROGRAM = """\
#!/bin/sh
# Homeport's provider for Terraform and OpenTofu, as homeport tofu install has written it. Which Python it is that has Homeport is
# said elsewhere: so this file is the same on all machines, and so is its checksum in .terraform.lock.hcl.
place="${XDG_CONFIG_HOME:-$HOME/.config}/homeport/tofu-python"
say() {
  # Of a provider that does not start, terraform and tofu show the first line of standard output.
  echo "$1 Install Homeport, then: homeport tofu install"
  exit 1
}
if [ -r "$place" ]; then
  python="$(cat "$place")"
  command -v "$python" >/dev/null || say "Homeport's Python, $python, is not there any more ($place names it)."
  exec "$python" -P -c "import importlib.util, runpy, sys
if importlib.util.find_spec('homeport') is None:
    sys.exit(print('Homeport is not there any more in', sys.executable, '- Install it, then: homeport tofu install') or 1)
runpy.run_module('homeport', run_name='__main__', alter_sys=True)" tofu serve --installed VERSION
fi
if command -v homeport >/dev/null; then
  exec homeport tofu serve --installed VERSION
fi
say "Homeport is not found on this machine."
"""


class Places(NamedTuple):
    """What is written."""

    mirror: Path
    program: Path
    python: Path
    """Names the Python that has Homeport."""
    is_implied: bool
    """Whether the mirror is one that is looked into without being told."""


def of(mirror: Path | None, environ: Mapping[str, str]) -> Places:
    """Where everything goes: into the named mirror, else the one of the home that is looked into anyway. Raises `HomeportError`."""
    home = _home(environ)
    implied = home / ".terraform.d" / "plugins"
    chosen = Path(os.path.abspath(mirror.expanduser())) if mirror else implied  # noqa: PTH100
    config = Path(environ.get("XDG_CONFIG_HOME") or home / ".config")
    return Places(
        mirror=chosen,
        program=_folder(chosen) / f"terraform-provider-{TYPE}_v{version.VERSION}",
        python=config / "homeport" / "tofu-python",
        is_implied=chosen == implied,
    )


def _home(environ: Mapping[str, str]) -> Path:
    home = Path(environ.get("HOME", ""))
    if not home.is_absolute():
        raise errors.HomeportError(
            "There is no home folder, in which terraform and tofu look for providers.",
            hint="Set HOME to one.",
        )
    return home


def _folder(mirror: Path) -> Path:
    """https://developer.hashicorp.com/terraform/cli/config/config-file#filesystem_mirror (unpacked layout)"""
    return mirror / HOST / NAMESPACE / TYPE / version.VERSION / _platform()


def _platform() -> str:
    system, machine = platform.system().lower(), platform.machine().lower()
    if system not in _SYSTEMS:
        raise errors.HomeportError(
            f"The provider does not run on {platform.system()}.",
            hint=f"It runs on {', '.join(_SYSTEMS)}; on Windows in WSL.",
        )
    return f"{system}_{_MACHINES.get(machine, machine)}"


def install(places: Places, python: str) -> None:
    """Writes the program, and which Python it starts. Raises `HomeportError`."""
    try:
        places.program.parent.mkdir(parents=True, exist_ok=True)
        places.python.parent.mkdir(parents=True, exist_ok=True)
        text = _PROGRAM.replace("VERSION", version.VERSION)
        files.write(places.python, f"{python}\n".encode(), 0o644)
        files.write(places.program, text.encode(), 0o755)
    except OSError as error:
        raise errors.HomeportError(
            f"The provider could not be written to {places.mirror}: {errors.reason(error)}.",
            hint="Name another folder: homeport tofu install --mirror DIR",
        ) from error


def uninstall(places: Places) -> list[Path]:
    """Deletes what was written, with the folders that are empty then; what was there."""
    versions = _folder(places.mirror).parent.parent
    gone = [*versions.glob(f"*/*/terraform-provider-{TYPE}_v*")]
    gone += [places.python] if places.python.exists() else []
    try:
        for path in gone:
            path.unlink()
            _prune(path.parent, places.mirror)
    except OSError as error:
        raise errors.HomeportError(
            f"{error.filename} could not be deleted: {errors.reason(error)}.",
            hint="Look at its rights: ls -ld",
        ) from error
    return gone


def _prune(folder: Path, mirror: Path) -> None:
    """Deletes our own folders where nothing is in them any more."""
    top = mirror / HOST
    while folder.is_relative_to(top) and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent


def configuration(places: Places) -> str:
    """What tells terraform and tofu of the mirror, for their own configuration file; empty where they need not be told."""
    if places.is_implied:
        return ""
    return "\n".join(
        [
            "provider_installation {",
            "  filesystem_mirror {",
            f"    path    = {quoted(str(places.mirror))}",
            f"    include = [{quoted(f'{HOST}/*/*')}]",
            "  }",
            "  direct {",
            f"    exclude = [{quoted(f'{HOST}/*/*')}]",
            "  }",
            "}",
        ]
    )


def quoted(text: str) -> str:
    """A text as HCL has it. https://developer.hashicorp.com/terraform/language/expressions/strings#escape-sequences"""
    escaped = (
        text.replace("\\", "\\\\").replace('"', '\\"').replace("${", "$${").replace("%{", "%%{")
    )
    return f'"{escaped}"'
