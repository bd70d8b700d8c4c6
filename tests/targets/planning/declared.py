"""Stacks that are declared, in a temporary folder."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import socket
import sys
from pathlib import Path

from homeport.clock import VirtualClock
from homeport.stack import folders
from homeport.storage import lock
from homeport.targets.local import status
from homeport.targets.local.lifecycle import State
from homeport.targets.local.planning import definition, making, present, started

PYTHON = sys.executable
TIME = VirtualClock()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


REGISTRY, CLOUD = free_port(), free_port()
TEXT = f"""
registry.port = {REGISTRY}
cloud.port = {CLOUD}
ingress.enabled = "false"
ui.enabled = false
"""
"""Settings by dotted keys, so that a test can add others at the end."""


def of(folder: Path, text: str = TEXT, **environ: str) -> definition.Definition:
    return definition.of(folder, text, environ)


def row(name: str, state: State = State.READY, problem: str = "") -> status.Row:
    return status.Row(name, state, f"http://{name}", os.getpid(), 0.0, 0, None, problem)


def plan(wanted: definition.Definition, running: present.Running | None = None):
    return making.make(wanted, running, TIME)


def actions(made) -> dict[str, str]:
    """What becomes of each object that does not stay."""
    return {
        change.name: change.action.value for change in made.changes if change.action.value != "keep"
    }


def start(wanted: definition.Definition, *names: str) -> present.Running:
    """As a supervisor says what it was started with; nothing listens."""
    names = names or ("registry", "cloud")
    folders.of(wanted.settings).run.mkdir(parents=True, exist_ok=True)
    started.write(wanted.settings, names, os.getpid())
    return running(wanted)


def running(wanted: definition.Definition, **states: State) -> present.Running:
    said = started.read(folders.of(wanted.settings).run)
    rows = tuple(row(name, states.get(name, State.READY)) for name in said.components)
    return present.Running(os.getpid(), rows, said)


@contextlib.contextmanager
def supervised(wanted: definition.Definition):
    """As long as a supervisor has the folder."""
    where = folders.of(wanted.settings)
    with lock.FolderLock(where.lock):
        said = started.read(where.run)
        status.write(where.state, os.getpid(), 0.0, [row(name) for name in said.components])
        yield


def with_setting(wanted: definition.Definition, key: str, value: object) -> definition.Definition:
    group, _, name = key.rpartition(".")
    chosen = wanted.settings
    if group:
        changed = dataclasses.replace(getattr(chosen, group), **{name: value})
        chosen = dataclasses.replace(chosen, **{group: changed})
    else:
        chosen = dataclasses.replace(chosen, **{name: value})
    return wanted._replace(settings=chosen)
