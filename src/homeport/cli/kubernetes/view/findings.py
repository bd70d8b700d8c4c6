"""What stands against a plan, or should be known of it: problems of objects, and findings of rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from homeport.cli.kubernetes.view import paint
from homeport.stack.rules import checking, rule
from homeport.targets.kubernetes.planning import plan


def lines(
    planned: plan.Plan, checked: Sequence[checking.Checked], color: paint.Paint
) -> Iterator[str]:
    """Problems first, then what rules found, each with what helps."""
    for what, names, hint in _problems(planned):
        yield f"{color('problem', paint.RED)}  {names}: {what}\n  {_indented(hint)}"
    for each in checked:
        for finding in each.findings:
            is_error = finding.level is rule.Level.ERROR
            level = color(finding.level.value, paint.RED if is_error else paint.YELLOW)
            yield f"{level}  {each.rule.id}: {finding.text}\n  {_indented(finding.hint)}"


def _problems(planned: plan.Plan) -> list[tuple[str, str, str]]:
    """Each problem once, with all objects that have it."""
    found: dict[plan.Problem, list[str]] = {}
    for ref, problem in planned.problems:
        found.setdefault(problem, []).append(str(ref))
    return [(problem.what, ", ".join(names), problem.hint) for problem, names in found.items()]


def _indented(text: str) -> str:
    return text.replace("\n", "\n  ")


def as_json(checked: Sequence[checking.Checked]) -> list[dict[str, Any]]:
    """The findings for programs."""
    return [
        {
            "rule": each.rule.id,
            "level": finding.level.value,
            "text": finding.text,
            "hint": finding.hint,
        }
        for each in checked
        for finding in each.findings
    ]
