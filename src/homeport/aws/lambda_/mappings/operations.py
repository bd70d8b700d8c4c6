"""CreateEventSourceMapping, GetEventSourceMapping, UpdateEventSourceMapping, DeleteEventSourceMapping, ListEventSourceMappings.

What is asked for holds with its commit; the states in between are told once, in the answer to what caused them.
https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html; texts: test_event_source_mapping_exceptions,
test_duplicate_event_source_mappings in
https://github.com/localstack/localstack/tree/main/tests/aws/services/lambda_/event_source_mapping
"""

from __future__ import annotations

import dataclasses
import sqlite3

from homeport.aws.lambda_ import errors, limits
from homeport.aws.lambda_.constraints import names
from homeport.aws.lambda_.constraints.names import Target
from homeport.aws.lambda_.functions import lookup, pages
from homeport.aws.lambda_.lambda_ import Lambda
from homeport.aws.lambda_.mappings import definition, positions
from homeport.aws.lambda_.mappings.model import SQS, Mapping
from homeport.aws.lambda_.model import Version
from homeport.aws.lambda_.settings import tagging
from homeport.aws.lambda_.store import functions, mappings
from homeport.aws.protocol.call import Call, Params


async def create_event_source_mapping(lambda_: Lambda, call: Call, params: Params) -> Params:
    """CreateEventSourceMapping"""
    kind = definition.kind(params)
    target = names.target(call, params)
    arn: str = params["EventSourceArn"]
    tags: dict[str, str] = params.get("Tags") or {}
    tagging.check(tags)
    members = definition.members(kind, arn, definition.DEFAULTS[kind], params)
    mapping = Mapping(
        id=lambda_.ids(),
        account=call.account,
        region=call.region,
        name=target.function.name,
        function_arn=target.arn,
        source=arn,
        is_enabled=params.get("Enabled") is not False,
        modified_ms=lambda_.now_ms(),
        members=members,
        tags=tags,
    )

    with lambda_.db.snapshot() as connection:
        timeout_s = _version(connection, target).timeout_s
    definition.check(kind, arn, members)
    definition.check_source(lambda_.sources, kind, arn, timeout_s)

    def work(connection: sqlite3.Connection) -> None:
        _version(connection, target)
        _check_same(connection, mapping)
        mappings.save(connection, mapping)

    await lambda_.write(work)
    lambda_.on_mapping_changed(mapping.id)
    return shown(mapping, "Creating" if mapping.is_enabled else "Disabled")


def get_event_source_mapping(lambda_: Lambda, call: Call, params: Params) -> Params:
    """GetEventSourceMapping"""
    with lambda_.db.snapshot() as connection:
        return shown(_found(connection, call, params))


async def update_event_source_mapping(lambda_: Lambda, call: Call, params: Params) -> Params:
    """UpdateEventSourceMapping"""
    target = names.target(call, params) if params.get("FunctionName") else None
    if target is not None:
        with lambda_.db.snapshot() as connection:
            known = _found(connection, call, params)
            timeout_s = _version(connection, target).timeout_s
        definition.check_source(lambda_.sources, known.kind, known.source, timeout_s)

    def work(connection: sqlite3.Connection) -> tuple[Mapping, str]:
        before = _found(connection, call, params)
        after = _changed(before, target, params, lambda_.now_ms())
        definition.check(before.kind, before.source, dict(after.members))
        if target is not None:
            _version(connection, target)
            _check_same(connection, after)
        mappings.save(connection, after)
        return after, _transition(before, after)

    after, state = await lambda_.write(work)
    lambda_.on_mapping_changed(after.id)
    return shown(after, state)


def _changed(before: Mapping, target: Target | None, params: Params, now: int) -> Mapping:
    enabled = params.get("Enabled")
    return dataclasses.replace(
        before,
        name=before.name if target is None else target.function.name,
        function_arn=before.function_arn if target is None else target.arn,
        is_enabled=before.is_enabled if enabled is None else enabled,
        modified_ms=now,
        members=definition.members(before.kind, before.source, dict(before.members), params),
    )


def _transition(before: Mapping, after: Mapping) -> str:
    """test_fifo_message_group_parallelism, update_esm_enabling"""
    if before.is_enabled != after.is_enabled:
        return "Enabling" if after.is_enabled else "Disabling"
    return "Updating"


async def delete_event_source_mapping(lambda_: Lambda, call: Call, params: Params) -> Params:
    """DeleteEventSourceMapping"""

    def work(connection: sqlite3.Connection) -> Mapping:
        mapping = _found(connection, call, params)
        mappings.delete(connection, mapping)
        positions.forget(connection, mapping.id)
        return mapping

    mapping = await lambda_.write(work)
    lambda_.on_mapping_changed(mapping.id)
    return shown(mapping, "Deleting")


def list_event_source_mappings(lambda_: Lambda, call: Call, params: Params) -> Params:
    """ListEventSourceMappings"""
    name = names.target(call, params).function.name if params.get("FunctionName") else None
    most = pages.limit(params, limits.MAPPINGS_PAGE)
    place = call.account, call.region
    source, after = params.get("EventSourceArn") or None, pages.after(params)
    if source is not None and not source.isascii():
        # SQLite cannot look for a surrogate.
        return {"EventSourceMappings": []}
    with lambda_.db.snapshot() as connection:
        found = mappings.page(connection, place, source, name, after, most + 1)
    return pages.answer("EventSourceMappings", found, most, lambda each: each.id, shown)


def _found(connection: sqlite3.Connection, call: Call, params: Params) -> Mapping:
    mapping = mappings.find(connection, call.account, call.region, params["UUID"])
    if mapping is None:
        raise errors.NOT_FOUND()
    return mapping


def _version(connection: sqlite3.Connection, target: Target) -> Version:
    row = functions.find(connection, target.function)
    if row is None or not lookup.has_qualifier(connection, row, target.effective):
        # create_unknown_params: 400, other than elsewhere
        raise errors.INVALID("Function does not exist")
    return lookup.version(connection, row, target)


def _check_same(connection: sqlite3.Connection, mapping: Mapping) -> None:
    other = mappings.same(connection, mapping)
    if other is None:
        return
    which = (
        f'An event source mapping with SQS arn (" {mapping.source} ") and function (" {mapping.name} ")'
        if mapping.kind == SQS
        else f'The event source arn (" {mapping.source} ") and function (" {mapping.name} ") provided mapping'
    )
    raise errors.CONFLICT(
        f"{which} already exists. Please update or delete the existing mapping with UUID {other.id}"
    )


def shown(mapping: Mapping, state: str | None = None) -> Params:
    """A mapping as it is answered."""
    is_queue = mapping.kind == SQS
    return {
        **mapping.members,
        "UUID": mapping.id,
        "EventSourceArn": mapping.source,
        "EventSourceMappingArn": mapping.arn,
        "FunctionArn": mapping.function_arn,
        "LastModified": mapping.modified_ms / 1000,
        "LastProcessingResult": None if is_queue else mapping.result,
        "State": state or ("Enabled" if mapping.is_enabled else "Disabled"),
        "StateTransitionReason": "USER_INITIATED" if is_queue else "User action",
    }
