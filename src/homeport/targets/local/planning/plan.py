"""A plan: what applying a definition would change on this machine. Making it changes nothing."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import NamedTuple

from homeport.stack import folders, lifecycle, settings
from homeport.targets.local.planning import definition, present, started, texts


class Action(enum.StrEnum):
    """What becomes of an object."""

    ADD = "add"
    CHANGE = "change"
    REMOVE = "remove"
    KEEP = "keep"


class Change(NamedTuple):
    """One object and what becomes of it."""

    action: Action
    name: str
    differences: tuple[texts.Difference, ...] = ()
    """The settings by which it changes; empty where it is the same and has to be brought back."""


class Plan(NamedTuple):
    """All of a stack."""

    wanted: definition.Definition
    settings: settings.Settings
    """Its settings, with all decided that they leave to the machine."""
    running: present.Running | None
    objects: Mapping[str, str]
    """What there will be."""
    changes: tuple[Change, ...]
    endpoints: Mapping[str, str]
    errors: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def has_changes(self) -> bool:
        """Whether anything would be done."""
        return any(change.action is not Action.KEEP for change in self.changes)

    @property
    def is_restarted(self) -> bool:
        """Whether what runs is stopped and started again, all of it: the supervisor has its settings from its start."""
        return self.running is not None and (not self.running.is_known or self._is_other())

    def _is_other(self) -> bool:
        changed = (Action.CHANGE, Action.REMOVE)
        is_process = [change for change in self.changes if is_process_of(change.name)]
        return any(change.action in changed for change in is_process) or any(
            change.action is Action.ADD and not self._is_on_its_way(change.name)
            for change in is_process
        )

    def _is_on_its_way(self, name: str) -> bool:
        """Whether it was started with what runs, and is not ready yet, or not any more."""
        its = name.removeprefix("component/")
        return (
            self.running is not None
            and (its == texts.SUPERVISOR or its in self.running.start.components)
            and texts.digest(its, self.running.start.texts) == self.objects[name]
        )

    @property
    def state(self) -> lifecycle.State:
        """Where the stack is now."""
        if self.running is not None:
            return self.running.state
        was_started = started.read(folders.of(self.settings).run).pid != 0
        return lifecycle.State.TERMINATED if was_started else lifecycle.State.INITIAL


def is_process_of(name: str) -> bool:
    """Whether an object is a process, not a file."""
    return name == texts.SUPERVISOR or name.startswith("component/")


def changes(
    before: Mapping[str, str],
    after: Mapping[str, str],
    settings_before: texts.Texts | None,
    settings_after: texts.Texts,
) -> tuple[Change, ...]:
    """What becomes of each object. `settings_before` is None where nothing runs, or nobody knows with what."""
    return tuple(
        _change(name, before, after, settings_before, settings_after)
        for name in dict.fromkeys((*after, *before))
    )


def _change(
    name: str,
    before: Mapping[str, str],
    after: Mapping[str, str],
    settings_before: texts.Texts | None,
    settings_after: texts.Texts,
) -> Change:
    if name not in after:
        return Change(Action.REMOVE, name)
    if name not in before:
        return Change(Action.ADD, name)
    if before[name] == after[name]:
        return Change(Action.KEEP, name)
    if settings_before is None or not is_process_of(name):
        return Change(Action.CHANGE, name)
    its = name.removeprefix("component/")
    found = texts.differences(
        texts.component(its, settings_before), texts.component(its, settings_after)
    )
    return Change(Action.CHANGE, name, found)
