"""A plan in lines for a person, and as JSON."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from homeport.cli.kubernetes.view import paint
from homeport.targets.kubernetes.objects.kinds import Ref
from homeport.targets.kubernetes.planning import plan
from homeport.targets.kubernetes.planning.plan import Action, Step

_SIGNS = {
    Action.CREATE: ("+", paint.GREEN),
    Action.CHANGE: ("~", paint.YELLOW),
    Action.ADOPT: ("~", paint.YELLOW),
    Action.DELETE: ("-", paint.RED),
    Action.KEEP: ("=", paint.CYAN),
}
_WORDS = {
    Action.CREATE: "to create",
    Action.CHANGE: "to change",
    Action.ADOPT: "to adopt",
    Action.DELETE: "to delete",
    Action.KEEP: "kept",
    Action.NONE: "unchanged",
}
_LENGTH = 100
"""Of a value in a line; -o json has all of it."""


def lines(planned: plan.Plan, color: paint.Paint) -> Iterator[str]:
    """Each object that something is done with, with the fields that change, and a summary."""
    shown = [step for step in planned.steps if step.action is not Action.NONE or step.problems]
    for step in shown:
        yield _head(step, color)
        if step.action not in {Action.CREATE, Action.DELETE}:
            yield from (_difference(each, color) for each in step.differences)
    if shown:
        yield ""
    yield summary(planned)


def _head(step: Step, color: paint.Paint) -> str:
    sign, tone = _SIGNS.get(step.action, ("!", paint.RED))
    said = ""
    if step.is_replaced:
        said, sign = "  deleted and created anew", "-/+"
    elif step.volume:
        said = f"  with the volume {step.volume}, which was kept"
    elif step.action is Action.ADOPT:
        said = "  adopted"
    elif step.action is Action.KEEP:
        said = "  kept, though no longer wanted"
    return color(f"  {sign} {step.ref}", tone) + said


def _difference(found: plan.Difference, color: paint.Paint) -> str:
    before, after = value(found.before), value(found.after)
    if found.before is None:
        return color(f"      + {found.path}: {after}", paint.GREEN)
    if found.after is None:
        return color(f"      - {found.path}: {before}", paint.RED)
    changed = "changed" if before == after else f"{before} -> {after}"
    return color(f"      ~ {found.path}: {changed}", paint.YELLOW)


def value(found: Any) -> str:
    """A value in one line."""
    text = found if isinstance(found, str) else json.dumps(found, ensure_ascii=False)
    text = json.dumps(text, ensure_ascii=False)[1:-1] if "\n" in text else text
    return text if len(text) <= _LENGTH else f"{text[: _LENGTH - 3]}..."


def summary(planned: plan.Plan) -> str:
    """How many objects are created, changed and so on."""
    counts = Counter(step.action for step in planned.steps)
    said = [f"{counts[action]} {word}" for action, word in _WORDS.items() if counts[action]]
    text = ", ".join(said) or "no objects"
    is_same = not planned.has_changes and not planned.problems
    return f"No changes: {text}." if is_same else f"{text}."


def as_json(planned: plan.Plan) -> dict[str, Any]:
    """A plan for programs; values of Secrets are not in it."""
    counts = Counter(step.action for step in planned.steps)
    return {
        "stack": planned.stack,
        "context": planned.context,
        "changes": planned.has_changes,
        "summary": {action.value: counts[action] for action in Action},
        "steps": [_step(step) for step in planned.steps],
    }


def named(ref: Ref) -> dict[str, str]:
    """Which object, for programs."""
    return {
        "apiVersion": ref.kind.api_version,
        "kind": ref.kind.name,
        "namespace": ref.namespace,
        "name": ref.name,
    }


def _step(step: Step) -> dict[str, Any]:
    return {
        "action": step.action.value,
        **named(step.ref),
        "replaced": step.is_replaced,
        "volume": step.volume,
        "differences": [each._asdict() for each in step.differences],
        "problems": [each._asdict() for each in step.problems],
    }
