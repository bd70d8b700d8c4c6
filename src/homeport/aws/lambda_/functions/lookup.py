"""Finds functions, versions and aliases: in a write from its connection, for invocations from memory.

https://docs.aws.amazon.com/lambda/latest/dg/configuration-aliases.html
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from homeport.aws.lambda_ import errors, limits
from homeport.aws.lambda_.code.unpacked import Unpacked
from homeport.aws.lambda_.constraints import names
from homeport.aws.lambda_.constraints.names import Target
from homeport.aws.lambda_.invoking.functions import Code, EventConfig, Resolved
from homeport.aws.lambda_.model import LATEST, Function, Version
from homeport.aws.lambda_.store import aliases, files, functions, settings
from homeport.aws.lambda_.store.aliases import Alias
from homeport.storage.db import Database

Draw = Callable[[], float]


def row(connection: sqlite3.Connection, target: Target) -> functions.Row:
    """The function that a request names."""
    found = functions.find(connection, target.function)
    if found is None:
        raise errors.function_not_found(target.arn)
    return found


def version(connection: sqlite3.Connection, found: functions.Row, target: Target) -> Version:
    """The version that a qualifier leads to: for an alias the one that gets most of the invocations."""
    qualifier = target.effective
    if names.is_alias(qualifier):
        alias = aliases.find(connection, found.id, qualifier)
        qualifier = "" if alias is None else alias.version
    result = _numbered(connection, found, qualifier)
    if result is None:
        raise errors.function_not_found(target.arn)
    return result


def latest(connection: sqlite3.Connection, found: functions.Row) -> Version:
    """The version that can be changed."""
    result = functions.version(connection, found, LATEST)
    if result is None:
        raise errors.function_not_found(found.function.arn)
    return result


def check_qualifier(connection: sqlite3.Connection, found: functions.Row, target: Target) -> None:
    """Raises where an alias or a version is not there, as the operations on what is set for them do."""
    qualifier = target.effective
    if names.is_alias(qualifier):
        if aliases.find(connection, found.id, qualifier) is None:
            raise errors.alias_not_found(target.arn)
    elif _numbered(connection, found, qualifier) is None:
        raise errors.function_not_found(target.arn)


def has_qualifier(connection: sqlite3.Connection, found: functions.Row, qualifier: str) -> bool:
    """Whether there is such an alias or version."""
    if names.is_alias(qualifier):
        return aliases.find(connection, found.id, qualifier) is not None
    return _numbered(connection, found, qualifier) is not None


def _numbered(connection: sqlite3.Connection, found: functions.Row, name: str) -> Version | None:
    if name != LATEST and not names.is_number(name):
        return None
    return functions.version(connection, found, name)


@dataclass(slots=True)
class _Known:
    """What is held of a function, from one commit."""

    row: functions.Row
    versions: dict[str, Version | None] = field(default_factory=dict)
    aliases: dict[str, Alias | None] = field(default_factory=dict)
    events: dict[str, EventConfig] = field(default_factory=dict)


class Lookup:
    """Implements `homeport.aws.lambda_.invoking.functions.Functions`. What it holds can be dropped at any time."""

    def __init__(self, db: Database, unpacked: Unpacked, draw: Draw) -> None:
        self._db = db
        self._unpacked = unpacked
        self._draw = draw
        self._known: dict[Function, _Known] = {}

    def forget(self, function: Function) -> None:
        """Looks the function up again next time; to be called after every commit that changes it."""
        self._known.pop(function, None)

    def resolve(self, account: str, region: str, name: str, qualifier: str | None) -> Resolved:
        """The version that a name, partial ARN or ARN leads to; an alias with weights draws one of its two at each call."""
        target = names.parse(name, account, region)
        if qualifier and target.qualifier is not None and qualifier != target.qualifier:
            raise errors.INVALID(names.MISMATCH)
        target = target._replace(qualifier=target.qualifier or qualifier or None)
        known = self._of(target.function)
        found = None if known is None else self._version(known, target.effective)
        if found is None:
            # test_invoke_exceptions: other than elsewhere, the text always has a qualifier.
            raise errors.function_not_found(target.qualified(target.effective))
        return Resolved(found, target.arn, target.effective)

    def reserved(self, function: Function) -> int | None:
        """The function's reserved concurrency; None where it shares the account's."""
        known = self._of(function)
        return None if known is None else known.row.reserved

    def event_config(self, resolved: Resolved) -> EventConfig:
        """What is configured for the function and qualifier, or the defaults."""
        known = self._of(resolved.version.function)
        if known is None:
            return EventConfig()
        found = known.events.get(resolved.qualifier)
        if found is None:
            body = self._read(settings.find, known.row.id, settings.EVENT, resolved.qualifier)
            found = known.events[resolved.qualifier] = _event_config(body or {})
        return found

    async def code(self, version: Version) -> Code:
        """The version's files, made ready where they are not. Raises ResourceNotFoundException where they are gone."""
        parts = [(version.file, version.unzipped)] if version.file else []
        parts += [(layer.file, layer.unzipped) for layer in version.layer_files]
        taken = []
        try:
            for file, size in parts:
                if not self._read(files.is_there, file):
                    raise errors.function_not_found(version.arn)
                taken.append(await self._unpacked.take(file, size))
        except BaseException as error:
            for path in taken:
                self._unpacked.give(path)
            if isinstance(error, FileNotFoundError):
                # The function was deleted at this very moment.
                raise errors.function_not_found(version.arn) from error
            raise
        task = taken.pop(0) if version.file else None
        return Code(task, tuple(taken))

    def release(self, code: Code) -> None:
        """An environment that ran on these files has ended; who calls `code` calls this once."""
        for path in (code.task, *code.layers):
            if path is not None:
                self._unpacked.give(path)

    def _of(self, function: Function) -> _Known | None:
        known = self._known.get(function)
        # Nothing else can be a name, and SQLite cannot look for a surrogate.
        if known is None and "".join(function).isascii():
            found = self._read(functions.find, function)
            if found is not None:
                if len(self._known) >= limits.CACHED_FUNCTIONS:
                    self._known.clear()
                known = self._known[function] = _Known(found)
        return known

    def _version(self, known: _Known, qualifier: str) -> Version | None:
        name = self._drawn(known, qualifier) if names.is_alias(qualifier) else qualifier
        if name != LATEST and not names.is_number(name):
            return None
        found = known.versions.get(name)
        if found is None:
            found = self._read(functions.version, known.row, name)
            if found is not None:
                known.versions[name] = found
        return found

    def _drawn(self, known: _Known, name: str) -> str:
        """The version that an alias leads to this time."""
        alias = known.aliases.get(name)
        if alias is None:
            alias = self._read(aliases.find, known.row.id, name)
            if alias is None:
                return ""
            known.aliases[name] = alias
        for other, weight in alias.weights.items():
            if self._draw() < weight:
                return other
        return alias.version

    def _read(self, look: Callable[..., Any], *values: Any) -> Any:
        return self._db.read(lambda connection: look(connection, *values))


def _event_config(body: dict[str, Any]) -> EventConfig:
    destinations = body.get("DestinationConfig") or {}
    return EventConfig(
        retries=body.get("MaximumRetryAttempts", limits.RETRIES),
        max_age_s=body.get("MaximumEventAgeInSeconds", limits.EVENT_AGE_S),
        on_success=(destinations.get("OnSuccess") or {}).get("Destination") or "",
        on_failure=(destinations.get("OnFailure") or {}).get("Destination") or "",
    )
