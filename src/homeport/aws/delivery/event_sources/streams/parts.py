"""What becomes of a batch that has failed: what of it is done, tried again, halved, or given up. Pure.

https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-errors.html,
https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from homeport.aws.delivery.event_sources import answers, limits
from homeport.aws.delivery.event_sources.mapping import Answer, Mapping
from homeport.aws.delivery.event_sources.streams.records import Record


class Part(NamedTuple):
    """Records that are handed to the function together."""

    records: Sequence[Record]
    failures: int = 0
    """Failures that count as attempts: those that made it smaller do not."""
    invocations: int = 0


class Verdict(NamedTuple):
    """What comes of an attempt. What stands in neither is done."""

    again: Sequence[Part] = ()
    """To be tried in this order."""
    given_up: Part | None = None


def split_old(part: Part, mapping: Mapping, now_ms: int) -> tuple[Part, Part]:
    """The records at the beginning that have become too old, and the others."""
    age_s = limits.RECORD_AGE_S if mapping.maximum_age_s < 0 else mapping.maximum_age_s
    horizon_ms = now_ms - age_s * 1000
    count = 0
    while count < len(part.records) and part.records[count].created_ms < horizon_ms:
        count += 1
    old, young = part.records[:count], part.records[count:]
    return part._replace(records=old), part._replace(records=young)


def first_failed(part: Part, mapping: Mapping, answer: Answer) -> int:
    """How many records are done before the first that has failed; all of them where none has."""
    if answer.function_error:
        return 0
    if not mapping.reports_failures:
        return len(part.records)
    failed = answers.failures(answer.payload, {record.id for record in part.records})
    if failed is None:
        return 0
    found = [index for index, record in enumerate(part.records) if record.id in failed]
    return found[0] if found else len(part.records)


def judge(part: Part, mapping: Mapping, done: int) -> Verdict:
    """What comes of a part of which `done` records are done; it counts as invoked once more."""
    rest = Part(part.records[done:], part.failures, part.invocations + 1)
    if not rest.records:
        return Verdict()
    if mapping.bisects and done:
        return Verdict([rest])
    if mapping.bisects and len(rest.records) > 1:
        half = len(rest.records) // 2
        return Verdict(
            [
                rest._replace(records=rest.records[:half]),
                rest._replace(records=rest.records[half:]),
            ]
        )
    rest = rest._replace(failures=rest.failures + 1)
    if 0 <= mapping.maximum_retries < rest.failures:
        return Verdict(given_up=rest)
    return Verdict([rest])
