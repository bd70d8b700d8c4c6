"""The AWS SDK for JavaScript, version 3, from npm and unmodified, over http and https."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import harness
import pytest

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]
HERE = Path(__file__).with_name("javascript")
STEPS = {
    "clients.mjs": ["objects", "listing", "uploads", "presigned", "deletion", "messages"],
    "documents.mjs": ["tables", "items", "paging", "transactions", "statements", "streams"],
    "functions.mjs": ["functions", "invocations", "streaming", "topics"],
}
"""What each program says, in order."""
INSTALL_LIMIT_S = 300


def cache_folder() -> Path:
    """Where the packages of just this package.json are kept between runs: never in the tree."""
    wanted = hashlib.sha256((HERE / "package.json").read_bytes()).hexdigest()[:16]
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "homeport-tests" / f"javascript-{wanted}"


def install(folder: Path) -> None:
    """Fills the folder by npm, in one rename, so that an install that was cut off leaves nothing half made."""
    npm = harness.tool("npm")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as temporary:
        made = Path(temporary, "packages")
        made.mkdir()
        shutil.copy(HERE / "package.json", made)
        quiet = ("--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts")
        try:
            done = harness.run(
                npm, "install", *quiet, cwd=made, check=False, timeout=INSTALL_LIMIT_S
            )
        except subprocess.TimeoutExpired:
            pytest.skip(f"npm install took more than {INSTALL_LIMIT_S} s")
        if done.returncode != 0:
            pytest.skip(f"npm install failed: {done.stderr.strip()[-500:]}")
        with contextlib.suppress(OSError):  # another run was first, with the same packages
            made.rename(folder)


def installed() -> Path:
    """The folder with `node_modules`, filled the first time."""
    folder = cache_folder()
    if not folder.exists():
        install(folder)
    assert folder.exists()
    return folder


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the programs; each wants an endpoint and a name for what it makes."""
    packages = installed()
    # Modules are looked for beside the script, whatever the working folder is.
    folder = tmp_path_factory.mktemp("javascript")
    for name in STEPS:
        shutil.copy(HERE / name, folder)
    (folder / "node_modules").symlink_to(packages / "node_modules")
    return folder


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("name", STEPS)
def test_the_javascript_sdk(shared_stack, programs, name, scheme):
    node = harness.tool("node")
    endpoint = f"{scheme}://localhost:{shared_stack.cloud_port}"
    environment = {**shared_stack.environment, "NODE_EXTRA_CA_CERTS": str(shared_stack.ca)}
    done = harness.run(node, programs / name, endpoint, f"javascript-{scheme}", env=environment)
    assert done.stdout.splitlines() == [f"{step}: ok" for step in STEPS[name]]
