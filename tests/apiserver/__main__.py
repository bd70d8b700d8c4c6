"""Runs a stand-in cluster until it is told to stop: `python -m tests.apiserver --kubeconfig FILE`.

With `--listen`, lines on standard input are commands, so that another process can make things go wrong: see `COMMANDS`.
"""

from __future__ import annotations

import argparse
import shlex
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from tests.apiserver.cluster import CONTAINERD, Cluster

READY = "ready"
"""Printed with the server's address as soon as requests are taken."""
LINE = 4096

COMMANDS: dict[str, Callable[..., object]] = {
    "fail": lambda cluster, *words: cluster.controllers.fail(*words),
    "heal": lambda cluster, *words: cluster.controllers.heal(*words),
    "stall": lambda cluster, *names: cluster.controllers.stall(*names),
    "resume": lambda cluster: cluster.controllers.resume(),
    "endpoint": lambda cluster, namespace, service, address, port: cluster.endpoint(
        namespace, service, address, int(port)
    ),
    "log": lambda cluster, *words: cluster.logs.write(*words[:3], " ".join(words[3:])),
    "restart": lambda cluster: cluster.restart(),
    "drop-watches": lambda cluster: cluster.drop_watches(),
    "expire-credentials": lambda cluster: cluster.expire_credentials(),
}


def parser() -> argparse.ArgumentParser:
    """The options."""
    found = argparse.ArgumentParser(prog="python -m tests.apiserver", description=__doc__)
    found.add_argument("--kubeconfig", type=Path, required=True, help="where to write it")
    found.add_argument("--user", default="token", choices=["token", "certificate", "exec"])
    found.add_argument("--version", default="v1.35", help="the release whose fields are known")
    found.add_argument(
        "--runtime", default=CONTAINERD, help="of the node, docker://27.5.1 with a socket"
    )
    found.add_argument("--without", action="append", default=[], help="group of CRDs not installed")
    found.add_argument("--no-load-balancer", action="store_true", help="no ServiceLB")
    found.add_argument("--issuer", help="make a CA ClusterIssuer of this name")
    found.add_argument("--listen", action="store_true", help="obey lines on standard input")
    found.add_argument("--delay", action="append", default=[], metavar="STEP=SECONDS")
    return found


def made(options: argparse.Namespace) -> Cluster:
    """The cluster that the options ask for."""
    groups = tuple(
        name for name in ("traefik.io", "cert-manager.io") if name not in options.without
    )
    cluster = Cluster(version=options.version, installed=groups, runtime=options.runtime)
    delays = dict(row.split("=", 1) for row in options.delay)
    cluster.controllers.delay(**{step: float(value) for step, value in delays.items()})
    cluster.world.has_load_balancer = not options.no_load_balancer
    if options.issuer:
        cluster.add_authority(options.issuer)
    return cluster


def obey(cluster: Cluster, line: str) -> str:
    """Carries one command out, and answers what came of it."""
    words = shlex.split(line, comments=True)
    if not words:
        return ""
    if words[0] not in COMMANDS:
        return f"no such command: {words[0]}; there are {', '.join(COMMANDS)}"
    try:
        COMMANDS[words[0]](cluster, *words[1:])
    except (TypeError, ValueError) as error:
        return f"{words[0]}: {error}"
    return f"done: {line.strip()}"


def _listen(cluster: Cluster) -> None:
    """Ends at a line that has no end within the limit: one was once read until the memory was full."""
    while (line := sys.stdin.readline(LINE)).endswith("\n"):
        _say(obey(cluster, line))


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main(arguments: list[str] | None = None) -> None:
    """Runs until SIGTERM or SIGINT."""
    options = parser().parse_args(arguments)
    is_over = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: is_over.set())
    with made(options) as cluster:
        cluster.kubeconfig(options.kubeconfig, options.user)
        if options.listen:
            threading.Thread(target=_listen, args=(cluster,), daemon=True).start()
        _say(f"{READY} {cluster.server.url}")
        is_over.wait()


if __name__ == "__main__":
    main()
