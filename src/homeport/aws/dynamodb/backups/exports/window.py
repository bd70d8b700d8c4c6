"""Which times can be exported.

Texts and order: https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/export.md#ddb-export-001,
ddb-export-003 and ddb-export-004 there.
"""

from __future__ import annotations

from typing import NamedTuple

from homeport.aws.dynamodb.backups import errors, recovery, times
from homeport.aws.dynamodb.tables.model import Table
from homeport.aws.protocol.call import Params

INCREMENTAL = "INCREMENTAL_EXPORT"
SHORTEST_S = 15 * 60
LONGEST_S = 24 * 3600
"""https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataExport_Requesting.html"""
UNAVAILABLE = "Point in Time Recovery is not available for specified export time"


class Window(NamedTuple):
    """What is exported: a table at a time, or what changed from one time until before another."""

    from_ms: int | None
    """None for a full export."""
    to_ms: int
    view: str
    """`NEW_IMAGE` or `NEW_AND_OLD_IMAGES`; empty for a full export."""


def check_form(params: Params) -> None:
    """Raises ValidationException where type and specification do not go together."""
    kind, given = params.get("ExportType"), params.get("IncrementalExportSpecification")
    if given is not None and kind is None:
        raise errors.invalid(
            "Export Type expected to be Incremental Export when incremental export specification is "
            "provided"
        )
    if given is not None and kind != INCREMENTAL:
        raise errors.invalid(
            "When Export Type is Full Export , Incremental Export Specification should not be provided"
        )
    if kind == INCREMENTAL and given is None:
        raise errors.invalid(
            "Incremental Export Specification expected when export type is set as Incremental Export"
        )
    if given is not None and "ExportFromTime" not in given:
        raise errors.invalid("ExportFromTime must be provided in IncrementalExportSpecification")


def of_request(table: Table, params: Params, now_ms: int) -> Window:
    """What is to be exported. Raises InvalidExportTimeException, PointInTimeRecoveryUnavailableException."""
    given = params.get("IncrementalExportSpecification")
    if given is None:
        return _at(table, params.get("ExportTime"), now_ms)
    return _between(table, given, now_ms)


def _at(table: Table, time: float | None, now_ms: int) -> Window:
    kept = recovery.required(table)
    earliest_ms = recovery.earliest_ms(kept, now_ms)
    if time is None:
        return Window(None, now_ms, "")
    if not earliest_ms // 1000 <= time <= now_ms / 1000:
        raise errors.INVALID_EXPORT_TIME()
    return Window(None, max(round(time * 1000), earliest_ms), "")


def _between(table: Table, given: Params, now_ms: int) -> Window:
    start: float = given["ExportFromTime"]
    end: float = given.get("ExportToTime", now_ms / 1000)
    _check_order(table, start, end, now_ms)
    if end - start < SHORTEST_S:
        raise errors.INVALID_EXPORT_TIME(
            "Difference between export period from time and export period to time is less than "
            "15 minutes"
        )
    if end - start > LONGEST_S:
        # The limit is documented, its text is not: that of the other one, turned around.
        raise errors.INVALID_EXPORT_TIME(
            "Difference between export period from time and export period to time is greater than "
            "24 hours"
        )
    earliest_ms = recovery.earliest_ms(recovery.required(table), now_ms)
    if start < earliest_ms // 1000:
        raise errors.INVALID_EXPORT_TIME(UNAVAILABLE)
    view = given.get("ExportViewType", "NEW_AND_OLD_IMAGES")
    return Window(round(start * 1000), round(end * 1000), view)


def _check_order(table: Table, start: float, end: float, now_ms: int) -> None:
    if start < table.created_ms // 1000:
        raise errors.INVALID_EXPORT_TIME(
            "Incremental export period from time cannot be less than the table creation time : "
            f"{times.iso(start)}"
        )
    if end > now_ms / 1000:
        raise errors.INVALID_EXPORT_TIME(
            "Incremental export period to time cannot be greater than the current time : "
            f"{times.iso(end)}"
        )
    if start >= end:
        # https://github.com/apache/airflow/pull/41517
        raise errors.INVALID_EXPORT_TIME(
            "Incremental export period from time should not be greater or equal to incremental export "
            "period to time"
        )
