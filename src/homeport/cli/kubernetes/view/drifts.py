"""Drift in lines for a person, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from homeport.cli.kubernetes.view import paint, plans
from homeport.targets.kubernetes.planning import drift

_WORDS = {drift.MISSING: "is missing", drift.EXTRA: "is no longer wanted", drift.CHANGED: ""}


def lines(found: drift.Drift, color: paint.Paint) -> Iterator[str]:
    """Each object that is not as applied, with its fields as they are, and as they should be."""
    for each in found.drifted:
        head = f"{each.ref} {_WORDS[each.how]}".rstrip()
        yield color(head, paint.RED if each.how == drift.MISSING else paint.YELLOW)
        for field in each.fields:
            yield f"    {field.path}: {_value(field.now)}, not {_value(field.wanted)}{_whose(field)}"
        for problem in each.problems:
            yield f"    {problem.what}\n    {problem.hint}"
    count = len(found.drifted)
    if not count:
        yield f"No drift: the stack {found.stack} is as it was applied."
    else:
        things = "1 object is" if count == 1 else f"{count} objects are"
        yield f"\n{things} not as the settings say. homeport apply puts that right."


def _value(value: Any) -> str:
    return "nothing" if value is None else plans.value(value)


def _whose(field: drift.Field) -> str:
    return f"  (set by {field.manager})" if field.manager else ""


def as_json(each: drift.Object) -> dict[str, Any]:
    """One object for programs."""
    return {
        **plans.named(each.ref),
        "how": each.how,
        "fields": [field._asdict() for field in each.fields],
        "problems": [problem._asdict() for problem in each.problems],
    }
