"""The module beside Homeport's own provider, run by a real terraform or tofu."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

MODULE = Path(__file__).parents[3] / "deploy/tofu"
CONFIGURATION = """\
disable_checkpoint = true
provider_installation {{
  filesystem_mirror {{
    path = "{mirror}"
  }}
}}
"""
PROGRAMS = {"terraform": "terraform", "tofu": os.environ.get("HOMEPORT_TEST_TOFU", "tofu")}


@pytest.fixture(params=PROGRAMS, scope="module")
def program(request):
    """Each of the two that is here."""
    found = shutil.which(PROGRAMS[request.param])
    if found is None:
        pytest.skip(f"{request.param} is not installed; HOMEPORT_TEST_TOFU names a tofu elsewhere")
    return found


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    """Variables with which both find the provider, and nothing of this machine's."""
    folder = tmp_path_factory.mktemp("home")
    mirror, configuration = folder / "mirror", folder / "tofurc"
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    made = {
        **kept,
        "HOME": str(folder),
        "TF_CLI_CONFIG_FILE": str(configuration),
        "TF_IN_AUTOMATION": "1",
    }
    configuration.write_text(CONFIGURATION.format(mirror=mirror))
    words = [sys.executable, "-m", "homeport", "tofu", "install", "--mirror", str(mirror)]
    done = subprocess.run(words, env=made, capture_output=True, text=True, timeout=60, check=False)
    if done.returncode != 0:
        pytest.skip(f"the provider cannot be installed: {done.stderr}")
    return made


class Tool:
    """terraform or tofu in one folder."""

    def __init__(self, program: str, folder: Path, environment: dict[str, str]) -> None:
        self.folder = folder
        self._program = program
        self._environment = environment

    def __call__(self, *words: str, code: int = 0, **variables: str) -> str:
        """Runs a command and gives what it printed."""
        done = subprocess.run(
            [self._program, *words, "-no-color"],
            cwd=self.folder,
            env=self._environment | {f"TF_VAR_{name}": text for name, text in variables.items()},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr


@pytest.fixture
def example(program, environment, tmp_path):
    """Opens an example, in a copy of the module."""

    def opened(name: str, **more: str) -> Tool:
        shutil.copytree(MODULE, tmp_path / "module")
        tool = Tool(program, tmp_path / "module/examples" / name, environment | more)
        tool("init", "-input=false")
        return tool

    return opened
