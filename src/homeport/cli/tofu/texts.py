"""A plan of a stack in a cluster as the attribute `plan` has it: words, and no signs.

A state file keeps it, and the next plan of terraform's shows its lines as gone: `- + Service` would be read as that of a Service.
"""

from __future__ import annotations

from collections.abc import Iterator

from homeport.cli.kubernetes.view import plans
from homeport.cli.tofu import cluster, records
from homeport.net.dns.records import Changes
from homeport.targets.kubernetes.planning import plan
from homeport.targets.kubernetes.planning.plan import Action, Difference, Step

_SILENT = (Action.CREATE, Action.DELETE)
"""Of what comes or goes as a whole no field is told."""


def of(here: cluster.Here, planned: plan.Plan, changes: Changes | None) -> str:
    """How many objects change, and which fields of which ones. Where all is new, `objects` says it: each is created."""
    is_new = all(step.action is Action.CREATE for step in planned.steps)
    head = plans.summary(planned).removesuffix(".")
    where = f"stack {planned.stack}, context {here.cluster.context}, {here.cluster.server}"
    steps = () if is_new else planned.steps
    said = [line for step in steps for line in _lines(step)]
    return "\n".join([f"{head} ({where})", *said, *records.lines(changes)])


def _lines(step: Step) -> Iterator[str]:
    if step.action is Action.NONE:
        return
    word = "replace" if step.is_replaced else step.action.value
    more = f", with the volume {step.volume}, which was kept" if step.volume else ""
    yield f"{word:<7} {step.ref}{more}"
    if step.action not in _SILENT:
        yield from map(_field, step.differences)


def _field(found: Difference) -> str:
    before, after = plans.value(found.before), plans.value(found.after)
    if found.before is None:
        return f"        {found.path}: set to {after}"
    if found.after is None:
        return f"        {found.path}: no longer {before}"
    same = before == after  # a secret, or longer than what is shown
    return f"        {found.path}: {'changed' if same else f'{before} -> {after}'}"
