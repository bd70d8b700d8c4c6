"""skopeo pushes an image of 1 GiB and pulls it again, in turns with the peers: at least as fast as with docker-registry.

skopeo's own hashing and copying is a part of the time. Each push is into a registry just started, as skopeo remembers where blobs are.
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import time
from pathlib import Path
from typing import NamedTuple

from bench import report, servers
from bench.registry import layout, peers

LAYERS, LAYER = 4, 256 * layout.MIB
ROUNDS = 3
WANTED = 1.0
MODES = (peers.PLAIN, peers.Mode(tls=True, users=True))


class Took(NamedTuple):
    """Seconds of a push and of a pull, and the server's CPU seconds of each."""

    push: float
    pull: float
    push_cpu: float
    pull_cpu: float


def run() -> report.Report:
    columns = ["push s", "push CPU s", "pull s", "pull CPU s"]
    result = report.Report(f"Registry push: 1 GiB by skopeo, median of {ROUNDS}", columns)
    with servers.scratch() as folder:
        layout.make(folder / "image", LAYERS, LAYER)
        for mode in MODES:
            measured: dict[str, list[Took]] = {}
            for name in peers.NAMES * ROUNDS:
                try:
                    measured.setdefault(name, []).append(_round(name, mode, folder))
                except servers.PeerMissing as missing:
                    peers.skip(result, missing)
            _show(result, mode, measured)
    return result


def _round(name: str, mode: peers.Mode, folder: Path) -> Took:
    with peers.running(name, mode) as registry:
        there = f"docker://{registry.host}/bench/image:latest"
        push, push_cpu = _copy(registry, "dest", f"oci:{folder}/image:latest", there)
        pull, pull_cpu = _copy(registry, "src", there, f"dir:{folder}/pulled")
    shutil.rmtree(folder / "pulled")
    return Took(push, pull, push_cpu, pull_cpu)


def _copy(registry: peers.Running, side: str, source: str, target: str) -> tuple[float, float]:
    """Seconds of a copy, and the registry's CPU seconds; `side` is the registry's."""
    binary = shutil.which("skopeo")
    if binary is None:
        raise servers.PeerMissing("skopeo is not installed")
    options = [f"--{side}-tls-verify=false"]
    if registry.mode.users:
        options += [f"--{side}-creds", f"{peers.USER}:{peers.PASSWORD}"]
    command = [binary, "--insecure-policy", "copy", "--quiet", *options, source, target]
    before, started = registry.server.cpu_s(), time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started, registry.server.cpu_s() - before


def _show(result: report.Report, mode: peers.Mode, measured: dict[str, list[Took]]) -> None:
    middle = {
        name: Took(*(statistics.median(column) for column in zip(*rounds, strict=True)))
        for name, rounds in measured.items()
        if rounds
    }
    for name, took in middle.items():
        result.add(f"{name}, {mode.text}", took.push, took.push_cpu, took.pull, took.pull_cpu)
    if peers.DEBIAN in middle:
        ours, peer = middle[peers.OURS], middle[peers.DEBIAN]
        for verb, ratio in (("push", peer.push / ours.push), ("pull", peer.pull / ours.pull)):
            text = f"{verb}, {mode.text}, speed of homeport / docker-registry"
            result.bars.append(report.Bar(text, ratio, WANTED))
