"""Builds the programs of a control plane by Go, once for each set of versions, and keeps them in the user's cache.

Kubernetes as a module: https://github.com/kubernetes/kubernetes/blob/v1.35.6/go.mod (its own requirements, and with them
the etcd that it was tested with). kwok plays the kubelet: https://kwok.sigs.k8s.io/docs/user/kwok-in-cluster/
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

VERSIONS = Path(__file__).with_name("versions.txt")
"""What is built, in the form of a go.sum: https://go.dev/ref/mod#go-sum-files
Staging modules that nobody can get in the same version stand there in the nearest one."""
KUBERNETES, KWOK = "k8s.io/kubernetes", "sigs.k8s.io/kwok"
STAGED = "=> ./staging/"
COMMANDS = {
    KUBERNETES: {
        "etcd": "go.etcd.io/etcd/server/v3",
        "kube-apiserver": "k8s.io/kubernetes/cmd/kube-apiserver",
        "kube-controller-manager": "k8s.io/kubernetes/cmd/kube-controller-manager",
        "kube-scheduler": "k8s.io/kubernetes/cmd/kube-scheduler",
    },
    KWOK: {"kwok": "sigs.k8s.io/kwok/cmd/kwok"},
}
STAGES = (
    "kustomize/stage/node/fast/node-initialize.yaml",
    "kustomize/stage/pod/fast/pod-ready.yaml",
    "kustomize/stage/pod/fast/pod-delete.yaml",
)
"""What nodes and pods go through: https://kwok.sigs.k8s.io/docs/user/stages-configuration/"""
BUILD_TIMEOUT_S = 3600


class NotBuilt(Exception):
    """There is no control plane here; the text says why."""


def versions() -> dict[str, str]:
    """The version of each pinned module."""
    rows = (line.split() for line in VERSIONS.read_text().splitlines())
    return {name: version for name, version, _ in rows if not version.endswith("/go.mod")}


def folder() -> Path:
    """Where the programs of these versions are, or will be."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    digest = hashlib.sha256(VERSIONS.read_bytes()).hexdigest()[:8]
    return cache / "homeport" / f"kubernetes-{versions()[KUBERNETES]}-{digest}"


def build() -> Path:
    """The folder with all programs and kwok's stages; some minutes the first time. `NotBuilt` where it cannot be."""
    ready = folder()
    if ready.is_dir():
        return ready
    go = shutil.which("go")
    if go is None:
        raise NotBuilt("Go, which builds the control plane, is not installed")
    ready.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=ready.parent) as temporary:
        made = Path(temporary) / "programs"
        for module, commands in COMMANDS.items():
            _build(go, Path(temporary), made, module, commands)
        made.rename(ready)
    return ready


def _build(go: str, parent: Path, made: Path, module: str, commands: dict[str, str]) -> None:
    workplace = parent / module.rpartition("/")[2]
    workplace.mkdir()
    source = _downloaded(go, workplace, module)
    pins = VERSIONS.read_text()
    (workplace / "go.mod").write_text(_requirements((source / "go.mod").read_text()))
    (workplace / "go.sum").write_text((source / "go.sum").read_text() + pins)
    _run(go, workplace, "mod", "edit", "-require", f"{module}@{versions()[module]}")
    for name, package in commands.items():
        flags = ("-mod=mod", "-ldflags", _stamp(), "-o", str(made / name))
        _run(go, workplace, "build", *flags, package)
    if module == KWOK:
        for stage in STAGES:
            (made / Path(stage).name).write_bytes((source / stage).read_bytes())


def _stamp() -> str:
    """Without debug tables, and with the version that the programs say they are.

    https://github.com/kubernetes/kubernetes/blob/v1.35.6/hack/lib/version.sh (kube::version::ldflags)
    """
    version = versions()[KUBERNETES]
    major, minor, _ = version.removeprefix("v").split(".")
    said = {"gitVersion": version, "gitMajor": major, "gitMinor": minor}
    names = (f"-X k8s.io/component-base/version.{name}={text}" for name, text in said.items())
    return " ".join(("-s", "-w", *names))


def _downloaded(go: str, workplace: Path, module: str) -> Path:
    """The module's source in Go's own cache, checked against the pinned hash."""
    (workplace / "go.mod").write_text("module control\n")
    (workplace / "go.sum").write_text(VERSIONS.read_text())
    answer = _run(go, workplace, "mod", "download", "-json", f"{module}@{versions()[module]}")
    return Path(json.loads(answer)["Dir"])


def _requirements(text: str) -> str:
    """A module's go.mod as our own, with published modules where it has folders beside it."""
    kept = [line for line in text.splitlines() if STAGED not in line]
    names = re.findall(rf"^\s*(?:replace )?(\S+) {re.escape(STAGED)}", text, re.MULTILINE)
    pinned = versions()
    replaced = [f"replace {name} => {name} {pinned[name]}" for name in names if name in pinned]
    renamed = re.sub("^module .*", "module control", "\n".join(kept), flags=re.MULTILINE)
    return "\n".join([renamed, *replaced, ""])


def _run(go: str, workplace: Path, *arguments: str) -> str:
    done = subprocess.run(
        [go, *arguments],
        cwd=workplace,
        capture_output=True,
        text=True,
        timeout=BUILD_TIMEOUT_S,
        check=False,
    )
    if done.returncode != 0:
        text = (done.stderr or done.stdout).strip()[-600:]
        raise NotBuilt(f"the control plane could not be built: {text}")
    return done.stdout
