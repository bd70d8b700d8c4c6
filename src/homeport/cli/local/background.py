"""`homeport up --detach`: a supervisor that goes on when the terminal is closed.

The supervisor is a process of its own, in a session of its own. What it says until all is ready comes through a pipe and is
passed on; a NUL byte ends it, and from there on it writes to its log.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from typing import IO

from homeport.cli import output
from homeport.cli.view import hints, plain
from homeport.stack import folders, load, names
from homeport.targets.local import control

FLAG = "--background"
_READY = "(ready)"
"""The line by which the supervisor tells the command that started it; nothing else that it says is like it."""


def start(loaded: load.Loaded, only: Sequence[str], given: hints.Hints) -> int:
    """Starts the supervisor and returns when it is ready, or its exit code where it could not start."""
    chosen = loaded.settings
    environment = load.process_environment(chosen, os.environ)
    if chosen.admin.password:
        environment[names.BY_KEY["admin.password"].variable] = chosen.admin.password
    command = [sys.executable, "-P", "-m", "homeport", "up", FLAG]
    for name in only:
        command += ["--only", name]
    supervisor = subprocess.Popen(  # noqa: S603 - this program, by its own path
        command,
        cwd="/",
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    code = _follow(supervisor)
    if code == 0:
        report = control.report(folders.of(chosen))
        lines = hints.text(given, report.rows if report else ())
        output.out("\n".join([*lines, "", f"{given.command} down stops the stack."]))
    return code


def _follow(supervisor: subprocess.Popen[bytes]) -> int:
    try:
        if supervisor.stdout is not None and _pass_on(supervisor.stdout):
            return 0
    except KeyboardInterrupt:
        supervisor.send_signal(signal.SIGTERM)
    return supervisor.wait()


def _pass_on(pipe: IO[bytes]) -> bool:
    """Writes out what the supervisor says. Whether it became ready."""
    for line in pipe:
        text = line.decode(errors="replace").rstrip("\n")
        if text == _READY:
            return True
        output.out(text)
    return False


class View(plain.View):
    """What the supervisor in the background says."""

    def ready(self) -> None:
        """Lets the command that started it return, and goes on in the log."""
        self.was_ready = True
        output.out(_READY)
        log = os.open(self.hints.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(log, sys.stdout.fileno())
        os.dup2(log, sys.stderr.fileno())
        os.close(log)
