"""`homeport tofu install`: writes the program that terraform and tofu start, where they look for it."""

from __future__ import annotations

import argparse
import importlib.util
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from homeport import errors
from homeport.cli import arguments, output
from homeport.cli.view import words
from homeport.net import files
from homeport.stack import version
from homeport.tofu import installing

_NEEDED = ("tf", "grpc")


def configure(parser: argparse.ArgumentParser) -> None:
    """Where to."""
    add_mirror(parser)
    parser.add_argument(
        "--write-config",
        action="store_true",
        help="with --mirror: write the configuration that names it (TF_CLI_CONFIG_FILE, else ~/.terraformrc), where there is none",
    )
    parser.epilog = (
        "By default it goes to ~/.terraform.d/plugins, where both look by themselves. It is a small script; which Python "
        "has Homeport is kept in ~/.config/homeport/tofu-python. homeport tofu uninstall takes both away."
    )


def add_mirror(parser: argparse.ArgumentParser) -> None:
    """The flag that names another place."""
    parser.add_argument(
        "--mirror", type=Path, metavar="DIR", help="another folder, for a filesystem_mirror"
    )


def run(given: arguments.Given) -> int:
    """Writes, and says what to put into a configuration."""
    _check()
    places = installing.of(given["mirror"], os.environ)
    settings = installing.configuration(places)
    target = _configuration(os.environ) if settings and given["write_config"] else None
    if target is not None and target.exists():
        raise errors.HomeportError(
            f"{target} is there already, and is not changed; nothing was written.",
            hint=f"Leave --write-config out, and put this into it:\n{settings}",
        )
    installing.install(places, sys.executable)
    output.say(f"Written: {words.path(places.program)}, {words.path(places.python)}")
    if target is not None:
        files.write(target, f"{settings}\n".encode(), 0o644)
        output.say(f"Written: {words.path(target)}")
    elif settings:
        output.say("For TF_CLI_CONFIG_FILE, ~/.terraformrc or ~/.tofurc:\n")
        output.out(settings)
    output.say(_next())
    return 0


def _check() -> None:
    missing = [name for name in _NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise errors.HomeportError(
            f"The provider needs the Python packages {' and '.join(missing)}, which are not there.",
            hint="pip install 'homeport[tofu]' brings them.",
        )


def _configuration(environ: Mapping[str, str]) -> Path:
    """https://developer.hashicorp.com/terraform/cli/config/config-file#locations"""
    named = environ.get("TF_CLI_CONFIG_FILE")
    return Path(named) if named else Path(environ["HOME"]) / ".terraformrc"


def _next() -> str:
    return "\n".join(
        [
            "",
            "Put this into a configuration, then: terraform init (or tofu init)",
            "",
            "  terraform {",
            "    required_providers {",
            "      homeport = {",
            f'        source  = "{installing.ADDRESS}"',
            f'        version = "{version.VERSION}"',
            "      }",
            "    }",
            "  }",
        ]
    )
