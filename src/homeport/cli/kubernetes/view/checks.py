"""What rules found, one row for each: for a terminal, for a pipe, for programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from homeport.cli.kubernetes.view import paint
from homeport.stack.rules import table
from homeport.stack.rules.checking import Checked, Outcome
from homeport.stack.rules.rule import Finding, Level, Rule

_MARKS = {
    Outcome.PASSED: ("✓", paint.GREEN),
    Outcome.WARNED: ("!", paint.YELLOW),
    Outcome.FAILED: ("✗", paint.RED),
    Outcome.SKIPPED: ("-", paint.DIM),
}
_WORST = (Outcome.SKIPPED, Outcome.PASSED, Outcome.WARNED, Outcome.FAILED)


class Row(NamedTuple):
    """A rule, with all that was found of it at all stages."""

    rule: Rule
    outcome: Outcome
    findings: tuple[Finding, ...]
    why: str


def rows(checked: Iterable[Checked]) -> list[Row]:
    """One row for each rule, in the order of the table."""
    found: dict[str, list[Checked]] = {}
    for each in checked:
        found.setdefault(each.rule.id, []).append(each)
    order = {each.id: place for place, each in enumerate(table.ALL)}
    return [_row(found[name]) for name in sorted(found, key=lambda name: order.get(name, -1))]


def _row(its: Sequence[Checked]) -> Row:
    findings = dict.fromkeys(finding for each in its for finding in each.findings)
    worst = max((each.outcome for each in its), key=_WORST.index)
    return Row(its[0].rule, worst, tuple(findings), its[-1].why)


def lines(row: Row, color: paint.Paint) -> Iterator[str]:
    """A row for a person: the mark, the rule, and what was found with what helps."""
    mark, its = _MARKS[row.outcome]
    if not paint.is_terminal():
        mark = f"{row.outcome.value:<7}"
    why = color(f" ({row.why})", paint.DIM) if row.outcome is Outcome.SKIPPED else ""
    yield f"{color(mark, its)} {row.rule.id:<24} {row.rule.title}{why}"
    for finding in row.findings:
        shade = paint.RED if finding.level is Level.ERROR else paint.YELLOW
        yield f"    {color(finding.text, shade)}"
        yield from (f"      {line}" for line in finding.hint.splitlines())


def summary(found: Sequence[Row]) -> str:
    """How many passed, and how many did not."""
    counts = {outcome: sum(row.outcome is outcome for row in found) for outcome in _WORST}
    words = [f"{counts[Outcome.PASSED]} passed"]
    words += [
        f"{counts[outcome]} {outcome.value}"
        for outcome in (Outcome.WARNED, Outcome.FAILED, Outcome.SKIPPED)
        if counts[outcome]
    ]
    return ", ".join(words)


def as_json(found: Sequence[Row], **more: Any) -> dict[str, Any]:
    """The rows for programs."""
    return {
        **more,
        "passed": all(row.outcome is not Outcome.FAILED for row in found),
        "rules": [_as_json(row) for row in found],
    }


def _as_json(row: Row) -> dict[str, Any]:
    return {
        "id": row.rule.id,
        "title": row.rule.title,
        "outcome": row.outcome.value,
        "why": row.why,
        "findings": [
            {"level": finding.level.value, "text": finding.text, "hint": finding.hint}
            for finding in row.findings
        ],
    }
