"""Real programs and real providers for the tests of this folder, where they are."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from tests.conformance.tofu import programs

ASKED = "HOMEPORT_CONFORMANCE"
PROVIDERS = "HOMEPORT_TEST_TOFU_PROVIDERS"
"""A folder with `hashicorp/kubernetes` and `ryanwholey/pihole`: an exported `dns` and `stack` with `tofu providers mirror FOLDER`."""
CONFIGURATION = 'disable_checkpoint = true\nprovider_installation {{\n  filesystem_mirror {{\n    path = "{path}"\n  }}\n}}\n'


@pytest.fixture(scope="session", params=["tofu", "terraform"])
def program(request):
    """Each of the two."""
    found = _tofu() if request.param == "tofu" else shutil.which("terraform")
    if found is None:
        pytest.skip("terraform is not installed")
    return str(found)


def _tofu():
    named = os.environ.get(programs.PROGRAM) or shutil.which("tofu")
    if named:
        return named
    if not os.environ.get(ASKED) and not programs.path().is_file():
        pytest.skip(f"there is no tofu: {ASKED} builds one, {programs.PROGRAM} names one")
    try:
        return programs.build()
    except programs.NotBuilt as error:
        pytest.skip(str(error))


def provider(folder: Path, name: str) -> None:
    """Skips the test where the mirror does not have a provider."""
    if not any(folder.glob(f"*/{name}")):
        pytest.skip(f"{name} is not in {folder}")


@pytest.fixture(scope="session")
def mirror():
    """The folder of real providers."""
    named = os.environ.get(PROVIDERS)
    if not named:
        pytest.skip(f"{PROVIDERS} names no folder of providers (tofu providers mirror FOLDER)")
    return Path(named)


class Tool:
    """terraform or tofu, in the folders of an export."""

    def __init__(self, program: str, root: Path, environment: dict[str, str]) -> None:
        self.root = root
        self.environment = environment
        self._program = program

    def __call__(self, part: str, *words: str, code: int = 0) -> str:
        """Runs a command and gives all that it said."""
        done = subprocess.run(
            [self._program, f"-chdir={self.root / part}", *words, "-no-color"],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        said = done.stdout + done.stderr
        assert done.returncode == code, said[-4000:]
        return said

    def apply(self, part: str) -> str:
        """Makes it so."""
        return self(part, "apply", "-input=false", "-auto-approve")

    def destroy(self, part: str, code: int = 0) -> str:
        """Takes it away."""
        return self(part, "destroy", "-input=false", "-auto-approve", code=code)

    def is_unchanged(self, part: str) -> None:
        """A plan has nothing to do. https://opentofu.org/docs/cli/commands/plan/ (detailed-exitcode)"""
        self(part, "plan", "-input=false", "-detailed-exitcode")


@pytest.fixture
def tool(program, mirror, tmp_path):
    """The program, with the mirror and nothing of this machine's."""
    configuration = tmp_path / "tofurc"
    configuration.write_text(CONFIGURATION.format(path=mirror))
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    return Tool(
        program,
        tmp_path / "export",
        {
            **kept,
            "HOME": str(tmp_path),
            "TF_CLI_CONFIG_FILE": str(configuration),
            "TF_IN_AUTOMATION": "1",
        },
    )
