"""Starts a stack of this machine in the background, for a process that may end at any moment: `homeport up --detach` does it.

That command is in a session of its own and has nothing of ours, neither pipe nor socket: where we are killed it goes on. It has one
thing, a lock, by which the next apply knows that a start is under way. What it says goes to the log of the supervisor, but for its
result, in which a new password is shown.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping

from homeport import errors
from homeport.stack import folders, load, names, settings
from homeport.targets.local import logfile, prepare
from homeport.tofu import engine

ASK_INTERVAL_S = 0.05
_COMMAND = (sys.executable, "-P", "-m", "homeport", "up", "--detach")
_LOCK = "start.lock"
_OF_TERRAFORM = ("TF_", "TOFU_", "PLUGIN_", "GRPC_")
"""What terraform and tofu give a provider, with variables of the configuration, is nothing to a stack that outlives them."""


def start(chosen: settings.Settings, environ: Mapping[str, str], told: engine.Told) -> None:
    """Returns when all is ready. Raises `HomeportError` with the reason where it cannot start; nothing is left running then."""
    where = folders.of(chosen)
    for folder in (where.data, where.run, where.logs):
        prepare.data_folder(folder)
    with _under_way(where) as held, logfile.opened(where.log("supervisor")) as (output, mark):
        process = subprocess.Popen(  # noqa: S603 - this program, by its own path
            _COMMAND,
            cwd="/",
            env=_environment(chosen, environ),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=output,
            pass_fds=(held,),
            start_new_session=True,
        )
    if _wait(process, told) != 0:
        raise errors.HomeportError(
            logfile.complaint(mark) or f"The stack on {where.data} could not be started.",
            hint=f"{mark.path} tells more.",
        )


@contextlib.contextmanager
def _under_way(where: folders.Folders) -> Iterator[int]:
    """The descriptor of a lock that is held as long as anybody has a copy of it: https://man7.org/linux/man-pages/man2/flock.2.html"""
    descriptor = os.open(where.run / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield descriptor
    finally:
        os.close(descriptor)


def is_under_way(where: folders.Folders) -> bool:
    """Whether somebody's start, who may be gone by now, has not ended yet."""
    try:
        descriptor = os.open(where.run / _LOCK, os.O_RDONLY | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError):
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def _environment(chosen: settings.Settings, environ: Mapping[str, str]) -> dict[str, str]:
    kept = {name: text for name, text in environ.items() if not name.startswith(_OF_TERRAFORM)}
    given = load.process_environment(chosen, kept)
    if chosen.admin.password:
        given[names.BY_KEY["admin.password"].variable] = chosen.admin.password
    return given


def _wait(process: subprocess.Popen[bytes], told: engine.Told) -> int:
    try:
        while True:
            told("Starting the stack.")
            try:
                return process.wait(ASK_INTERVAL_S)
            except subprocess.TimeoutExpired:
                continue
    finally:
        if (
            process.returncode is None
        ):  # we were asked to stop: it goes on, and somebody must take its exit code
            threading.Thread(target=process.wait, daemon=True).start()
