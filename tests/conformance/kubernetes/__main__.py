"""Runs a real control plane until it is told to stop: `python -m tests.conformance.kubernetes --kubeconfig FILE`."""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
import threading
from pathlib import Path

from tests.conformance.kubernetes import control_plane


def main() -> None:
    """Runs until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.conformance.kubernetes", description=__doc__
    )
    parser.add_argument("--kubeconfig", type=Path, required=True, help="where to write it")
    parser.add_argument("--bare", action="store_true", help="no controllers, scheduler and kwok")
    options = parser.parse_args()
    is_over = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: is_over.set())
    with (
        tempfile.TemporaryDirectory() as folder,
        control_plane.ControlPlane(Path(folder), has_controllers=not options.bare) as plane,
    ):
        plane.kubeconfig(options.kubeconfig)
        sys.stdout.write(f"ready {plane.url}\n")
        sys.stdout.flush()
        is_over.wait()


if __name__ == "__main__":
    main()
