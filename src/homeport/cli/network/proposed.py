"""The DNS part of what the commands of the cluster propose and do: after the objects, and never instead of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from homeport import errors
from homeport.cli.kubernetes.view import paint
from homeport.cli.network import naming, view
from homeport.net.dns.records import Changes, Record, Told

_AGAIN = "homeport dns apply --target kubernetes does it again; homeport dns check --target kubernetes says where each name goes."


class Proposed(NamedTuple):
    """What would become of the records."""

    provider: str
    changes: Changes | None = None
    """None where nobody keeps them, or the keeper could not be asked."""
    entered: Sequence[Record] = ()
    """What a person is to enter."""
    failure: errors.HomeportError | None = None
    """Why it is not known."""
    left: Sequence[str] = ()

    @property
    def has_changes(self) -> bool:
        """Whether a record would be made or removed."""
        return self.changes is not None and self.changes.has_changes

    @property
    def is_stopped(self) -> bool:
        """Whether names are taken by somebody else."""
        return self.changes is not None and bool(self.changes.taken)

    @property
    def is_unknown(self) -> bool:
        """Whether their keeper could not be asked. (Where a person enters them, a missing address is a remark.)"""
        return self.failure is not None and self.provider not in naming.MADE_BY_HAND


def propose(names: naming.Naming) -> Proposed:
    """What applying the stack would change. A keeper that cannot be asked is no reason not to show the rest.

    Raises `SettingsError` where the settings cannot be meant.
    """
    provider = names.chosen.dns.provider
    try:
        entered = names.wanted if provider == "print" else ()
        return Proposed(provider, names.plan(), entered, left=names.left())
    except errors.SettingsError:
        raise
    except errors.HomeportError as error:
        return Proposed(provider, failure=error)


def removal(names: naming.Naming) -> Proposed:
    """What removing the stack would take away."""
    provider = names.chosen.dns.provider
    try:
        return Proposed(provider, names.removal(), left=names.left())
    except errors.HomeportError as error:
        return Proposed(provider, failure=error)


def lines(made: Proposed, color: paint.Paint) -> Iterator[str]:
    """For a person."""
    if made.changes is not None:
        yield from view.lines(made.changes, color)
    if made.entered:
        yield color('DNS records to enter by hand (dns.provider = "print")', paint.DIM)
        yield from (f"    {record}" for record in made.entered)
    if made.is_stopped and made.changes is not None:
        yield f"{color('problem', paint.RED)}  {view.help_of(made.changes)}"
    if made.failure is not None:
        said = str(made.failure).replace("\n", "\n  ")
        yield f"{color('warning', paint.YELLOW)}  DNS: {said}"
    notes = (*(made.changes.notes if made.changes is not None else ()), *made.left)
    yield from (f"{color('note', paint.YELLOW)}  {note}" for note in notes)


def as_json(made: Proposed) -> dict[str, Any]:
    """For programs."""
    said = view.as_json(made.provider, made.changes, made.entered)
    failure = made.failure
    said["error"] = {"text": failure.what, "hint": failure.hint} if failure is not None else None
    said["notes"] += made.left
    return said


def carry_out(names: naming.Naming, told: Told) -> Changes | None:
    """Makes the records, now that all else is there: planned anew, since that took a while. Raises `HomeportError`."""
    try:
        changes = names.plan()
        if changes is not None:
            names.apply(changes, told)
    except errors.HomeportError as error:
        raise _failed("The stack is applied, but not its DNS records", error, _AGAIN) from error
    return changes


def remove(names: naming.Naming, told: Told) -> Changes | None:
    """Takes away what is ours, once all else is gone. Raises `HomeportError`."""
    try:
        changes = names.removal()
        if changes is not None:
            names.remove(changes, told)
    except errors.HomeportError as error:
        again = "homeport dns remove --target kubernetes takes them away."
        raise _failed("The stack is gone, but not its DNS records", error, again) from error
    return changes


def _failed(what: str, error: errors.HomeportError, again: str) -> errors.HomeportError:
    return errors.HomeportError(
        f"{what}: {error.what}", hint="\n  ".join(filter(None, (error.hint, again)))
    )
