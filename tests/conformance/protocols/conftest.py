"""The protocol cases of botocore's source distribution, fetched once into the user's cache."""

from __future__ import annotations

import copy
import fcntl
import importlib.metadata
import json
import os
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from homeport.aws.protocol import codecs, model
from homeport.aws.protocol.codec import Codec

HERE = Path(__file__).parent
PIP = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", "botocore"]
FOLDER = "tests/unit/protocols/"


@dataclass
class Case:
    """One case of one file: an operation, and what it looks like on the wire."""

    name: str
    raw: dict[str, Any]
    service: dict[str, Any]

    @property
    def given(self) -> dict[str, Any]:
        return {"name": "OperationName", "http": {"method": "POST"}, **self.raw["given"]}

    @property
    def codec(self) -> Codec:
        protocol = self.service["metadata"]["protocol"]
        return codecs.PROTOCOLS[protocol](self.model)

    @property
    def model(self) -> model.ServiceModel:
        shapes = copy.deepcopy(self.service.get("shapes", {}))
        metadata = {"jsonVersion": "1.1", "targetPrefix": "", **self.service["metadata"]}
        raw = {
            "metadata": metadata,
            "shapes": shapes,
            "operations": {self.given["name"]: self.given},
        }
        return model.ServiceModel("protocol-test", raw)


@pytest.fixture(scope="session")
def protocol_files() -> Path:
    """The folder with `input/` and `output/`."""
    version = importlib.metadata.version("botocore")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "homeport"
    folder = cache / f"botocore-{version}-protocols"
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with (cache / "botocore.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not folder.is_dir():
                _fetch(version, folder)
    except (OSError, subprocess.SubprocessError) as error:
        pytest.skip(f"botocore's source distribution could not be had: {error}")
    return folder


def _fetch(version: str, folder: Path) -> None:
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        subprocess.run(
            [*PIP, f"botocore=={version}", "--dest", scratch],
            check=True,
            capture_output=True,
            timeout=200,
        )
        out = Path(scratch) / "out"
        out.mkdir()
        with tarfile.open(next(Path(scratch).glob("botocore-*.tar.gz"))) as archive:
            for entry in archive:
                _, found, rest = entry.name.partition(FOLDER)
                if found and entry.isfile() and ".." not in rest:
                    target = out / rest
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_bytes(archive.extractfile(entry).read())
        out.rename(folder)


@pytest.fixture
def cases(protocol_files: Path):
    """The cases of a file, as `input/json.json`."""

    def load(file: str) -> list[Case]:
        found = []
        for suite_id, suite in enumerate(json.loads((protocol_files / file).read_text())):
            service = {"shapes": {}, **{k: v for k, v in suite.items() if k != "cases"}}
            for case_id, raw in enumerate(suite["cases"]):
                found.append(Case(raw.get("id") or f"{file}:{suite_id}:{case_id}", raw, service))
        return found

    return load


@pytest.fixture
def exceptions() -> dict[str, dict[str, str]]:
    """Cases that cannot hold, by direction and name, each with its reason."""
    return json.loads((HERE / "exceptions.json").read_text())


@pytest.fixture
def settle():
    """Fails with all that went wrong, and with exceptions that are none any more."""

    def check(failures: dict[str, str], names: set[str], excused: dict[str, str]) -> None:
        wrong = {name: text for name, text in failures.items() if name not in excused}
        stale = sorted(name for name in excused if name in names and name not in failures)
        assert not wrong, "\n".join(f"{name}: {text}" for name, text in wrong.items())
        assert not stale, f"these exceptions hold no longer: {stale}"

    return check
