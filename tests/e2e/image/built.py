"""The image as `scripts/image` builds it without a network, kept in the user's cache until one of its sources changes."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import harness
import pytest
from tests.e2e.image import base

ROOT = Path(__file__).parents[3]
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "homeport"
SOURCES = (
    "src",
    "deploy/image",
    "scripts/image",
    "pyproject.toml",
    "requirements.lock",
    ".dockerignore",
)
NAME = "localhost/homeport:test"
BASE = "localhost/homeport-base:test"
LIMITS = ("--ulimit=nofile=1024:4096", "--ulimit=nproc=4096:4096")
"""Podman would raise them to those of a whole machine, which a container in a container may not."""
STORAGE = """\
[storage]
driver = "{driver}"
graphroot = "{folder}/root"
runroot = "{folder}/run"
"""


def storage(folder: Path) -> dict[str, str]:
    """An environment in which podman and buildah keep all that is theirs in a folder.

    https://github.com/containers/storage/blob/main/docs/containers-storage.conf.5.md
    """
    kept = {k: v for k, v in os.environ.items() if not k.startswith(harness.FOREIGN)}
    environment = {
        **kept,
        "PATH": f"/usr/sbin:/sbin:{os.environ['PATH']}",
        "HOME": str(folder),
        "CONTAINERS_STORAGE_CONF": str(folder / "storage.conf"),
    }
    # Not every file system has overlays, and without one each container is a copy of the whole image.
    for driver in ("overlay", "vfs"):
        text = STORAGE.format(folder=folder, driver=driver)
        (folder / "storage.conf").write_text(text)
        if harness.run("podman", "info", check=False, env=environment).returncode == 0:
            break
    return environment


def remove(folder: Path) -> None:
    """Removes a storage with what is mounted below it: podman mounts its own folder onto itself, and images where they are built."""
    mounted = [line.split()[1] for line in Path("/proc/mounts").read_text().splitlines()]
    for path in sorted(mounted, reverse=True):
        if Path(path).is_relative_to(folder):
            harness.run(harness.tool("umount"), "-l", path)
    shutil.rmtree(folder, ignore_errors=True)


def archive() -> Path:
    """The image as a file for `podman load`; built where none is kept of the same sources."""
    if os.geteuid() != 0:
        pytest.skip("containers of other users need root here")
    harness.tool("buildah")
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "image.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        wanted = CACHE / f"image-{_stamp()}.tar"
        if not wanted.exists():
            for old in CACHE.glob("image-*.tar"):
                old.unlink()
            _build(wanted)
    return wanted


def _stamp() -> str:
    """Of all that the image is made of."""
    found = hashlib.sha256(f"{base.PYTHON} {sys.version}".encode())
    for path in [*_files(), Path(base.__file__)]:
        found.update(f"{path}\0".encode() + path.read_bytes())
    return found.hexdigest()[:16]


def _files() -> Iterator[Path]:
    for name in SOURCES:
        top = ROOT / name
        for path in sorted(top.rglob("*")) if top.is_dir() else [top]:
            if path.is_file() and "__pycache__" not in path.parts:
                yield path


def _build(wanted: Path) -> None:
    wheels = _wheels()
    folder = Path(tempfile.mkdtemp(prefix="hpb"))
    try:
        environment = storage(folder)
        base.write(folder / "base.tar")
        run = ("podman", "import", "--quiet", folder / "base.tar", BASE)
        harness.run(*run, env=environment)
        command = [ROOT / "scripts/image", "--by", "buildah", "--base", BASE, "--tag", NAME]
        flags = ["--wheels", wheels, "--network", "none", "--layers=false"]
        harness.run(*command, *flags, env=environment)
        made = folder / "image.tar"
        harness.run(
            "buildah", "push", "--quiet", NAME, f"docker-archive:{made}:{NAME}", env=environment
        )
        shutil.move(made, wanted)
    finally:
        remove(folder)


def _wheels() -> Path:
    """The packages of requirements.lock, fetched once."""
    lock = ROOT / "requirements.lock"
    stamp = hashlib.sha256(sys.version.encode() + lock.read_bytes()).hexdigest()[:16]
    folder = CACHE / f"wheels-{stamp}"
    if folder.is_dir():
        return folder
    part = CACHE / "wheels-part"
    shutil.rmtree(part, ignore_errors=True)
    words = ("download", "--quiet", "--require-hashes", "--only-binary", ":all:", "-r", lock)
    try:
        harness.run(sys.executable, "-m", "pip", *words, "--dest", part)
    except (AssertionError, subprocess.TimeoutExpired) as error:
        pytest.skip(f"the packages of the image could not be had: {error}")
    part.rename(folder)
    return folder
