"""The commands of the cluster against a stand-in API server in a process of its own, beside kubectl.

What a cluster itself needs is measured with kubectl on another fresh stand-in: the same objects applied, and waited for.
"""

from __future__ import annotations

import contextlib
import os
import select
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bench import report, servers

ROUNDS = 5
LIMIT_S = 120.0
START_BAR_S, PLAN_BAR_S, ADDED_BAR_S = 0.15, 0.5, 2.0
ROOT = servers.HERE.parent
STACK = {
    "HOMEPORT_TARGET": "kubernetes",
    "HOMEPORT_CLOUD_ENGINE": "builtin",
    "HOMEPORT_CLOUD_EDGE": "off",
}
"""A stack that stands in nobody's way: no token, no socket, no question."""
OURS = ("--all-namespaces", "--selector", "app.kubernetes.io/part-of=homeport")


@dataclass(frozen=True)
class Shell:
    """A home of its own, whose cluster is a stand-in that has just been started."""

    home: Path
    kubectl_path: str

    def homeport(self, *words: str, wanted: int = 0) -> str:
        """What a command of ours prints."""
        return self._run(wanted, sys.executable, "-m", "homeport", *words)

    def kubectl(self, *words: str, wanted: int = 0) -> str:
        """What kubectl prints."""
        return self._run(wanted, self.kubectl_path, *words)

    def _run(self, wanted: int, *command: str) -> str:
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home),
            "KUBECONFIG": str(self.home / "kubeconfig"),
            "HOMEPORT_DATA": str(self.home / "data"),
            **STACK,
        }
        done = subprocess.run(
            command,
            cwd=self.home,
            env=environment,
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            check=False,
        )
        if done.returncode != wanted:
            raise RuntimeError(f"{command} ended with {done.returncode}:\n{done.stderr}")
        return done.stdout


@contextlib.contextmanager
def fresh() -> Iterator[Shell]:
    """A stand-in cluster with nothing of ours in it, until the block ends."""
    path = _kubectl()
    with servers.scratch() as home:
        command = [sys.executable, "-m", "tests.apiserver", "--kubeconfig"]
        with subprocess.Popen(
            [*command, str(home / "kubeconfig")], cwd=ROOT, stdout=subprocess.PIPE
        ) as process:
            try:
                _await_line(process)
                yield Shell(home, path)
            finally:
                process.terminate()


def _await_line(process: subprocess.Popen[bytes]) -> None:
    """The stand-in writes one when it takes requests."""
    assert process.stdout is not None
    ready, _, _ = select.select([process.stdout], [], [], servers.START_LIMIT_S)
    if not ready or not process.stdout.readline():
        raise RuntimeError("the stand-in API server did not start")


def _kubectl() -> str:
    """That of this environment, which is as new as the stand-in; any other where there is none."""
    for folder in (str(Path(sys.executable).parent), *os.environ["PATH"].split(os.pathsep)):
        if os.access(f"{folder}/kubectl", os.X_OK):
            return f"{folder}/kubectl"
    raise servers.PeerMissing("kubectl is not installed")


def median_s(do: Callable[[], object]) -> float:
    """Seconds, after one time that is not counted: programs come from the disk once."""
    do()
    return statistics.median(_taken_s(do) for _ in range(ROUNDS))


def _taken_s(do: Callable[[], object]) -> float:
    started = time.perf_counter()
    do()
    return time.perf_counter() - started


def run() -> report.Report:
    result = report.Report(
        f"Commands of the cluster: stand-in API server, median of {ROUNDS}",
        ["homeport s", "kubectl s"],
    )
    _start(result)
    _plans(result)
    _apply(result)
    return result


def _add(result: report.Report, name: str, ours: float, peer: float | str, bar_s: float) -> None:
    result.add(name, ours, peer)
    result.bars.append(report.Bar(f"{name}, s", ours, bar_s, larger_is_better=False))


def _start(result: report.Report) -> None:
    with fresh() as shell:
        ours = median_s(lambda: shell.homeport("--help"))
        _add(result, "--help", ours, median_s(lambda: shell.kubectl("--help")), START_BAR_S)


def _plans(result: report.Report) -> None:
    """Dry runs of all objects, as `kubectl diff --server-side` does them: before there is anything, and when all is there."""
    with fresh() as shell:
        _add(result, "render", median_s(lambda: shell.homeport("render")), "-", PLAN_BAR_S)
        ours = median_s(lambda: shell.homeport("plan", wanted=2))
        # kubectl makes no dry run in a namespace that is not there yet.
        _add(result, "plan, nothing there", ours, "-", PLAN_BAR_S)
        shell.homeport("apply", "--yes")
        ours = median_s(lambda: shell.homeport("plan"))
        # As ours: another manager meets a conflict, since the server keeps `1000m` as `1`.
        diff = ("diff", "--server-side", "--field-manager=homeport", "-f", _rendered(shell))
        peer = median_s(lambda: shell.kubectl(*diff))
        _add(result, "plan, nothing to change", ours, peer, PLAN_BAR_S)


def _rendered(shell: Shell) -> str:
    file = shell.home / "objects.yaml"
    file.write_text(shell.homeport("render"))
    return str(file)


def _apply(result: report.Report) -> None:
    """Ours and kubectl's by turns, each on a cluster of its own."""
    pairs = [(_applied_by_homeport(), _applied_by_kubectl()) for _ in range(ROUNDS)]
    ours, peer = (statistics.median(column) for column in zip(*pairs, strict=True))
    result.add("apply until ready", ours, peer)
    added = report.Bar("apply adds, s", ours - peer, ADDED_BAR_S, larger_is_better=False)
    result.bars.append(added)


def _applied_by_homeport() -> float:
    with fresh() as shell:
        return _taken_s(lambda: shell.homeport("apply", "--yes"))


def _applied_by_kubectl() -> float:
    """The users come from an apply to another cluster: the objects are the same to the last Secret."""
    with fresh() as shell, fresh() as other:
        other.homeport("apply", "--yes", "--no-wait")
        objects = _rendered(other)
        return _taken_s(lambda: _by_kubectl(shell, objects))


def _by_kubectl(shell: Shell, objects: str) -> None:
    shell.kubectl("apply", "--server-side", "-f", objects)
    for kind, condition in (("deployment", "Available"), ("certificate", "Ready")):
        shell.kubectl("wait", kind, *OURS, f"--for=condition={condition}", "--timeout=60s")
