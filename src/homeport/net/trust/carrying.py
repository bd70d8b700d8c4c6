"""Does what was planned, place after place: what fails in one does not stop the others, and is said."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

from homeport import errors
from homeport.net.trust import machine as machines
from homeport.net.trust.contract import Command, Place, State, Wanted
from homeport.net.trust.files import writing
from homeport.net.trust.machine import Machine


def carry_out(machine: Machine, planned: Iterable[Place], wanted: Wanted) -> Iterator[Place]:
    """The places as they are afterwards, each as soon as it is done."""
    for place in planned:
        yield _done(machine, place, wanted) if place.state is State.TODO else place


def _done(machine: Machine, place: Place, wanted: Wanted) -> Place:
    try:
        for step in place.steps:
            if isinstance(step, Command):
                _run(machine, step, place.where, wanted)
            else:
                with machine.acting(step.path):
                    writing.carry_out([step])
        _sweep(machine, place)
    except errors.HomeportError as error:
        return place._replace(state=State.FAILED, why=str(error.what))
    except OSError as error:
        return place._replace(state=State.FAILED, why=str(error))
    return place._replace(state=State.DONE)


def _sweep(machine: Machine, place: Place) -> None:
    for folder in place.empty:
        # What has something of others in it stays, and one that is not there is gone already.
        with machine.acting(folder), contextlib.suppress(OSError):
            folder.rmdir()


def _run(machine: Machine, command: Command, where: Path, wanted: Wanted) -> None:
    given = wanted.pem if command.is_fed else ""
    try:
        if command.rewrites is not None:
            _rewrite(machine, command, command.rewrites, given)
        else:
            machine.run(command.argv, where, given)
    except machines.ProgramFailed:
        if command.mend:
            with contextlib.suppress(machines.ProgramFailed):
                machine.run(command.mend, where)
        raise


def _rewrite(machine: Machine, command: Command, path: Path, given: str) -> None:
    """Has a copy changed, which takes the place of the file: that is whole at any time, and as whose it was."""
    made = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        with machine.acting(path):
            shutil.copy2(path, made)
            status = path.stat()
            if os.geteuid() == 0:
                os.chown(made, status.st_uid, status.st_gid)
        argv = [str(made) if word == str(path) else word for word in command.argv]
        machine.run(argv, path, given)
        with machine.acting(path):
            with made.open("rb") as file:
                os.fsync(file.fileno())
            made.replace(path)
    finally:
        with machine.acting(path):
            made.unlink(missing_ok=True)
