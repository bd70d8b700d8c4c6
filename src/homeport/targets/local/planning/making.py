"""Makes a plan: asks what runs and what the machine allows, and compares."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import NamedTuple

from homeport import errors
from homeport.clock import Clock
from homeport.net import ports as sockets
from homeport.stack import folders, settings
from homeport.stack.rules import checking
from homeport.stack.rules.rule import Level, Planned
from homeport.targets.local import component, examining, ports
from homeport.targets.local.lifecycle import State
from homeport.targets.local.planning import definition, plan, present, started, texts

_RULES = ("machine-folder", "machine-room")
"""What doctor finds here that no start cures by itself; the ports are looked at below, beside those that the stack has."""

_NOWHERE = Path(os.devnull) / "none"
"""A data folder on which nothing runs."""


def make(wanted: definition.Definition, running: present.Running | None, time: Clock) -> plan.Plan:
    """The plan for a definition. Raises `HomeportError` where the machine cannot be asked."""
    decided = decide(wanted, running)
    chosen = decided.settings
    names = component.started(chosen)
    known = running.start if running is not None else started.read(folders.of(chosen).run)
    after = texts.of(chosen, known.secrets.with_those_of(chosen))
    objects = {**texts.digests(names, after), **present.files_of(wanted.settings)}
    before = {
        **(running.objects if running else {}),
        **present.files_there(wanted, wanted.settings),
    }
    texts_before = running.start.texts if running is not None and running.is_known else None
    made = plan.Plan(
        wanted,
        chosen,
        running,
        objects,
        plan.changes(before, objects, texts_before, after),
        {one.name: one.url for one in component.components(chosen, {})},
    )
    return made._replace(
        errors=(*decided.errors, *_errors(made, time)),
        warnings=(*(decided.notes if made.has_changes else ()), *_warnings(made)),
    )


class Decided(NamedTuple):
    """Settings with all decided that they leave open to the machine."""

    settings: settings.Settings
    notes: tuple[str, ...]
    errors: tuple[str, ...] = ()


_LEFT_OPEN = {"registry-ui": "ui", "dns": "dns", "ingress": "ingress"}
"""The components whose ports, or which themselves, may be left to what the machine allows, with their tables."""


def decide(wanted: definition.Definition, running: present.Running | None) -> Decided:
    """Decides what is open: what runs has its answers already, the rest is asked of the machine as a start would."""
    chosen, there = wanted.settings, frozenset[str]()
    before = running.settings if running is not None else None
    if running is not None and before is not None:
        there = frozenset(_LEFT_OPEN).intersection(running.start.components)
        chosen = _as_before(chosen, before, there)
    try:
        asked = _without(chosen, there) if before is not None else chosen
        settled = ports.settled(asked)
    except errors.SettingsError as error:
        return Decided(chosen, wanted.notes, (str(error),))
    found = {
        table: getattr(settled.settings, table)
        for name, table in _LEFT_OPEN.items()
        if name not in there
    }
    return Decided(dataclasses.replace(chosen, **found), (*wanted.notes, *settled.notes))


def _as_before(
    chosen: settings.Settings, before: settings.Settings, there: frozenset[str]
) -> settings.Settings:
    """The settings with the ports of what runs, where they leave them open."""
    ingress, dns, ui = chosen.ingress, chosen.dns, chosen.ui
    if "registry-ui" in there:
        ui = dataclasses.replace(ui, port=ui.port or before.ui.port)
    if "ingress" in there:
        port, plain = ingress.port or before.ingress.port, ingress.plain_port
        ingress = dataclasses.replace(
            ingress, port=port, plain_port=plain or before.ingress.plain_port
        )
    if "dns" in there:
        dns = dataclasses.replace(dns, port=dns.port or before.dns.port)
    return dataclasses.replace(chosen, ingress=ingress, dns=dns, ui=ui)


def _without(chosen: settings.Settings, there: frozenset[str]) -> settings.Settings:
    """The same for a stack that does not run, without what does: its ports are not free, and are its own."""
    ingress, dns, ui = chosen.ingress, chosen.dns, chosen.ui
    if "registry-ui" in there:
        ui = dataclasses.replace(ui, enabled=False)
    if "ingress" in there:
        ingress = dataclasses.replace(ingress, enabled="false")
    if "dns" in there:
        dns = dataclasses.replace(dns, provider="none")
    return dataclasses.replace(chosen, data=_NOWHERE, ingress=ingress, dns=dns, ui=ui)


# What stands against it, and what a person should know


def _errors(made: plan.Plan, time: Clock) -> Iterator[str]:
    if (problem := definition.foreign(made.wanted)) is not None:
        yield str(problem)
    rules = [rule for rule in examining.rules(time) if rule.id in _RULES]
    for each in checking.on_here(Planned(made.settings, ()), rules):
        for finding in each.findings:
            if finding.level is Level.ERROR:
                yield f"{finding.text}\n  {finding.hint}"
    yield from _taken(made)


class _Place(NamedTuple):
    setting: str
    host: str
    port: int
    has_datagrams: bool = False


def _places(chosen: settings.Settings, started: Collection[str]) -> Iterator[_Place]:
    """Where the components listen."""
    yield _Place("registry.port", chosen.registry.host, chosen.registry.port)
    yield _Place("cloud.port", chosen.cloud.host, chosen.cloud.port)
    if chosen.registry.debug is not None:
        yield _Place("registry.debug", *chosen.registry.debug)
    if "registry-ui" in started:
        yield _Place("ui.port", chosen.ui.host, chosen.ui.port or 0)
    if "dns" in started:
        yield _Place("dns.port", chosen.dns.host, chosen.dns.port or 0, has_datagrams=True)
    if "ingress" in started:
        yield _Place("ingress.port", chosen.ingress.host, chosen.ingress.port or 0)
        yield _Place("ingress.plain_port", chosen.ingress.host, chosen.ingress.plain_port or 0)


def _taken(made: plan.Plan) -> Iterator[str]:
    before = made.running.settings if made.running is not None else None
    if made.running is not None and before is None:
        return  # which ports are its own is not known
    own = set[int]()
    if made.running is not None and before is not None:
        own = {place.port for place in _places(before, made.running.start.components)}
    for place in _places(made.settings, component.started(made.settings)):
        if place.port in own or not place.port:
            continue
        trouble = sockets.trouble(place.host, place.port, has_datagrams=place.has_datagrams)
        if trouble is not None and sockets.is_in_use(trouble):
            yield (
                f"Port {place.port} of {place.host} is taken by another program.\n"
                f"  ss -ltnp 'sport = :{place.port}' names it; {place.setting} chooses another one."
            )
        elif trouble is not None and not place.setting.startswith("ingress."):
            yield (
                f"Port {place.port} of {place.host} cannot be had: {errors.reason(trouble)}.\n"
                f"  {place.setting} chooses another one."
            )


def _warnings(made: plan.Plan) -> Iterator[str]:
    yield from _moved(made)
    for row in made.running.rows if made.running is not None else ():
        if row.state is State.FAILED:
            yield f"The stack goes on without its {row.name}: {row.problem}"


def _moved(made: plan.Plan) -> Iterator[str]:
    """Folders that are changed by the definition: nothing moves what is in them."""
    before = made.running.settings if made.running is not None else None
    before = before or definition.applied(made.wanted.folder, {})
    if before is None:
        return
    old, new = folders.of(before), folders.of(made.settings)
    for name in ("registry", "cloud"):
        there, wanted = old.component(name), new.component(name)
        if there != wanted:
            yield (
                f"{name}.folder changes: what is in {there} stays there, and the {name} starts with what is in {wanted}."
                f" To take it along, stop the stack, move the folder, and apply."
            )
