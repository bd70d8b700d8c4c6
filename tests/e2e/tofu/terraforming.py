"""A person with terraform or tofu in a folder of their own; nothing leaves loopback, and nothing of their home is touched."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

BINARY = "HOMEPORT_TEST_TOFU"
"""Names the program to test with, instead of the terraform or tofu of the path."""
WAIT_S = 120

HEAD = """\
terraform {{
  required_providers {{
    homeport = {{
      source = "homeport.local/homeport/homeport"
    }}
  }}
}}
provider "homeport" {{
{provider}
}}
"""


def binary() -> str:
    """The program. Skips where there is none."""
    found = os.environ.get(BINARY) or shutil.which("terraform") or shutil.which("tofu")
    if not found:
        pytest.skip(f"neither terraform nor tofu is here, and {BINARY} names none")
    return found


class Done:
    """How a command ended."""

    def __init__(self, code: int, text: str):
        self.code, self.text = code, text
        self.flat = " ".join(text.replace("│", " ").split())
        """What it said, however it was folded."""

    def __contains__(self, words: str) -> bool:
        return words in self.flat

    def __repr__(self) -> str:
        return f"exit code {self.code}\n{self.text}"


class Terraform:
    """One folder with a configuration and its state."""

    def __init__(self, folder: Path, home: Path, **environment: str):
        self.folder, self.binary = folder, binary()
        folder.mkdir(parents=True, exist_ok=True)
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "TF_CLI_CONFIG_FILE": str(home / "terraformrc"),
            "TF_DATA_DIR": str(folder / "data"),
            "TF_IN_AUTOMATION": "1",
            "CHECKPOINT_DISABLE": "1",
            **environment,
        }

    def write(self, body: str, provider: str = "") -> None:
        """The configuration."""
        (self.folder / "main.tf").write_text(HEAD.format(provider=provider) + body)

    def start(self, *words: str, **options: object) -> subprocess.Popen:
        """A command that is under way."""
        return subprocess.Popen(
            [self.binary, *words],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            **options,
        )

    def run(self, *words: str) -> Done:
        """A command to its end."""
        process = self.start(words[0], "-no-color", *words[1:])
        try:
            text, _ = process.communicate(timeout=WAIT_S)
        finally:
            process.kill()
            process.wait()
        return Done(process.returncode, text)

    def ok(self, *words: str) -> Done:
        """One that has to succeed."""
        done = self.run(*words)
        assert done.code == 0, done
        return done

    def apply(self, *words: str) -> Done:
        return self.ok("apply", "-auto-approve", *words)

    def plan(self, *words: str) -> Done:
        """Exit code 0 where nothing would change, 2 where something would."""
        return self.run("plan", "-detailed-exitcode", *words)

    @property
    def state_text(self) -> str:
        path = self.folder / "terraform.tfstate"
        return path.read_text() if path.exists() else ""

    def attributes(self, name: str = "this") -> dict | None:
        """What the state has of a stack; None where it has none."""
        for resource in json.loads(self.state_text or '{"resources": []}')["resources"]:
            if (resource["type"], resource["name"]) == ("homeport_stack", name):
                return resource["instances"][0]["attributes"]
        return None

    def is_tainted(self) -> bool:
        state = json.loads(self.state_text)
        return state["resources"][0]["instances"][0].get("status") == "tainted"


def install(home: Path) -> None:
    """What a person types once: the provider into a mirror, and the configuration that names it."""
    command = [sys.executable, "-m", "homeport", "tofu", "install", "--write-config"]
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "TF_CLI_CONFIG_FILE": str(home / "terraformrc"),
    }
    subprocess.run(
        [*command, "--mirror", str(home / "mirror")],
        env=environment,
        check=True,
        stdin=subprocess.DEVNULL,
        capture_output=True,
    )
