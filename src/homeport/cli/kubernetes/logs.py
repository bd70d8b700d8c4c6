"""`homeport logs` of the deployed stack: what its pods wrote."""

from __future__ import annotations

from homeport import errors
from homeport.cli import arguments, output
from homeport.cli.kubernetes import opening
from homeport.stack import settings
from homeport.targets.kubernetes.watching.logs import following, reading, writers
from homeport.targets.kubernetes.watching.logs.writers import Line, Said, Writer

OK = 0


def run(given: arguments.Given, component: str | None) -> int:
    """Shows the last lines of all pods, then goes on where that is wanted."""
    with opening.opened(given) as here:
        for note in here.notes:
            output.note(note)
        tail = max(0, given["lines"])
        if given["follow"] and not given["previous"]:
            for said in following.follow(here.cluster, here.chosen, component, tail=tail):
                _show(said, is_labelled=component is None)
        found = writers.find(here.cluster, here.chosen, component)
        _check(found, here, component)
        is_labelled = len({(each.pod, each.container) for each in found}) > 1
        lines = reading.read(here.cluster, found, tail=tail, is_previous=given["previous"])
        for said in lines:
            _show(said, is_labelled=is_labelled)
    return OK


def _check(found: list[Writer], here: opening.Opened, component: str | None) -> None:
    if not found:
        what = component or f"the stack {here.chosen.kubernetes.name}"
        raise errors.HomeportError(
            f"There are no pods of {what} in the cluster {here.cluster.context}.",
            hint=f"homeport status --target {settings.KUBERNETES} shows why.",
        )


def _show(said: Said, *, is_labelled: bool) -> None:
    writer = said.writer
    if isinstance(said, Line):
        label = f"{writer.component:<11} | " if is_labelled else ""
        output.out(label + said.text)
    else:
        output.note(f"{writer.component}: {said.why}")
