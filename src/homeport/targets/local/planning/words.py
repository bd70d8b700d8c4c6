"""A plan for a person. No secret is in it: of one that changes, only the fact."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from homeport.targets.local.planning import plan, present, texts
from homeport.targets.local.planning.plan import Action, Change

_SIGNS = {Action.ADD: "+", Action.CHANGE: "~", Action.REMOVE: "-", Action.KEEP: " "}
_FILES = {
    (present.DEFINITION, Action.ADD): "is written",
    (present.DEFINITION, Action.CHANGE): "is written anew",
    (present.USERS, Action.ADD): "gets the first user",
    (present.CERTIFICATE, Action.ADD): "is made",
    (present.CERTIFICATE, Action.CHANGE): "is made anew for other names; the CA stays",
}
_LONGEST = 200
"""Signs of a value that are shown."""


def lines(made: plan.Plan, beside: Sequence[str] = ()) -> Iterator[str]:
    """The whole plan, with what changes beside it elsewhere, such as DNS records."""
    yield f"stack {made.wanted.folder} on this machine: {_state(made)}"
    changed = [change for change in made.changes if change.action is not Action.KEEP]
    width = max((len(change.name) for change in changed), default=0)
    for change in changed:
        yield f"  {_SIGNS[change.action]} {change.name:<{width}}  {_what(made, change)}"
        yield from _differences(change)
    kept = [change.name for change in made.changes if change.action is Action.KEEP]
    if kept and changed:
        yield f"    {'unchanged':<{width}}  {', '.join(kept)}"
    yield from (f"  {line}" for line in beside)
    yield _conclusion(made, has_others=bool(beside))


def _state(made: plan.Plan) -> str:
    return made.state if made.running is not None else f"{made.state}, nothing runs"


def _what(made: plan.Plan, change: Change) -> str:
    if not plan.is_process_of(change.name):
        return _FILES[change.name, change.action]
    if change.action is Action.REMOVE:
        return "stops"
    if change.action is Action.CHANGE:
        return "restarts"
    if made.running is not None and not made.is_restarted:
        return "is waited for"
    url = made.endpoints.get(change.name.removeprefix("component/"), "")
    return f"starts  {url}".rstrip()


def _differences(change: Change) -> Iterator[str]:
    width = max((len(one.key) for one in change.differences), default=0)
    for one in change.differences:
        values = f"{_shown(one.before)} -> {_shown(one.after)}"
        said = _secret(one) if one.is_secret else values
        yield f"      {one.key:<{width}}  {said}"


def _secret(one: texts.Difference) -> str:
    if one.before is None or one.after is None:
        return "is given (not shown)" if one.before is None else "is given no more"
    return "changes (not shown)"


def _shown(text: str | None) -> str:
    if text is None:
        return "(not set)"
    shown = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
    return shown.encode("unicode_escape").decode() if not shown.isprintable() else shown


def _conclusion(made: plan.Plan, *, has_others: bool) -> str:
    if not made.has_changes and not has_others:
        return "  Nothing changes."
    if made.is_restarted:
        return "  It is stopped and started again as a whole, after requests in flight; its data, users and certificates stay."
    if made.running is not None:
        return "  What runs goes on."
    return "  It is started in the background, and goes on when this command has ended."
