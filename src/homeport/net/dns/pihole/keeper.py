"""A Pi-hole as keeper of records: reads its two lists, changes what is ours in one restart, and asks its DNS whether it holds."""

from __future__ import annotations

import contextlib
import ipaddress
from collections.abc import Collection, Iterator, Sequence
from typing import Final

from homeport import clock, errors
from homeport.net.dns import reconciling, records
from homeport.net.dns.pihole import checking, deciding, items, limits, refusals
from homeport.net.dns.pihole.api import Api
from homeport.net.dns.pihole.deciding import Decision
from homeport.net.dns.pihole.options import Options
from homeport.net.dns.pihole.session import Session
from homeport.net.dns.pihole.settling import Settling
from homeport.net.dns.pihole.steps import Steps
from homeport.net.dns.pihole.wire import asking
from homeport.net.dns.pihole.wire.asking import Asking, Wait
from homeport.net.dns.pihole.wire.connection import Wire
from homeport.net.dns.records import Action, Changes, Kind, Record, Told


def open(  # noqa: A001  # pihole.keeper.open(...) is how it reads
    options: Options, time: clock.Clock, wait: Wait = asking.wait
) -> PiHole:
    """The keeper of one Pi-hole. It is asked nothing before `plan` or `apply`; whoever opens it closes it."""
    return PiHole(options, time, wait)


class PiHole:
    """One Pi-hole, for one run."""

    def __init__(self, options: Options, time: clock.Clock, wait: Wait) -> None:
        self.where: Final = f"Pi-hole at {options.base}"
        self.key: Final = f"pihole:{options.base.lower()}"
        self._wire = Wire(options, time)
        self._asking = Asking(self._wire, time, wait)
        self._session = Session(self._asking, options, time, wait)
        self._api = Api(self._session, options, self._wire.where)
        resolver = checking.Resolver(options.dns, options.dns_port)
        self._may_be_changed = False
        """Whether something of what was to be changed may be there."""
        self._settling = Settling(resolver, time, wait, options.timeout_s)

    def plan(self, wanted: Sequence[Record], ours: Collection[Record]) -> Changes:
        """What `apply` would do. Others' records in the way are said, and stand against all of it."""
        self._session.open()
        present = self._api.present()
        decision = _decided(present.items, wanted, ours)
        notes = [*decision.notes, *self._hindrances(decision, present.forced)]
        return Changes(self.where, decision.changes, tuple(notes))

    def apply(self, changes: Changes, told: Told) -> None:
        """The address first, then all aliases in one restart, then what the address was before; looks anew before and after."""
        try:
            self._apply(changes, told)
        except errors.HomeportError as error:
            if self._may_be_changed:
                raise
            raise records.Unchanged(error.what, hint=error.hint) from error

    def _apply(self, changes: Changes, told: Told) -> None:
        if changes.taken:
            raise self._taken(changes.taken)
        if not changes.has_changes:
            return
        wanted = [change.record for change in changes.changes if change.action is not Action.REMOVE]
        ours = _owned(changes)
        self._asking.told = told
        self._session.open()
        self._settling.reached()
        for _ in range(limits.ASKED_ROUNDS):
            decision = self._decided(wanted, ours)
            if not (decision.added or decision.removed):
                return
            self._carry_out(decision, told)
        raise errors.HomeportError(
            f"Somebody else changes the same records of {self.where} at the same time.",
            hint="Is there another Homeport, or external-dns, with these names? Then try again.",
        )

    def close(self) -> None:
        """Logs out and ends the connection, whatever happened."""
        try:
            self._session.close()
        finally:
            self._wire.close()

    def _hindrances(self, decision: Decision, forced: Collection[str]) -> Iterator[str]:
        """Why `apply` would be refused."""
        for setting in decision.settings:
            if setting in forced:
                yield str(refusals.forced(self._wire.where, f"dns.{setting}").what)
        if decision.settings and self._session.is_app and not self._api.may_change():
            yield "The app password may not change settings there: webserver.api.app_sudo is off."

    def _decided(self, wanted: Sequence[Record], ours: Collection[Record]) -> Decision:
        """What is to be done as things are now. Raises `HomeportError` where it can not be."""
        present = self._api.present()
        decision = _decided(present.items, wanted, ours)
        taken = [change for change in decision.changes if change.action is Action.TAKEN]
        if taken:
            raise self._taken(taken)
        for setting in decision.settings:
            if setting in present.forced:
                raise refusals.forced(self._wire.where, f"dns.{setting}")
        return decision

    def _carry_out(self, decision: Decision, told: Told) -> None:
        """Wholly; what was done before a refusal is undone."""
        steps = Steps(self._api)
        there = [c.record for c in decision.changes if c.action in {Action.ADD, Action.KEEP}]
        kept = {reconciling.identity(record) for record in there}
        gone = [
            record
            for item in decision.removed
            for record in item.records
            if reconciling.identity(record) not in kept
        ]
        before, self._may_be_changed = self._may_be_changed, True
        try:
            steps.add_addresses(decision)
            steps.change_aliases(decision)
        except refusals.Refused:
            self._may_be_changed = not steps.undo(decision) or before
            raise
        if steps.has_changed_aliases:
            aliases = [record for record in gone if record.kind is Kind.CNAME]
            self._settling.await_(there, aliases, told, self._api.restart)
        steps.remove_addresses(decision)
        self._settling.await_(there, gone, told, self._api.restart)

    def _taken(self, taken: Sequence[records.Change]) -> errors.HomeportError:
        lines = "; ".join(f"{change.record.name}: {change.note}" for change in taken)
        return errors.HomeportError(
            f"Names are taken in {self.where}: {lines}. Nothing was changed.",
            hint="Take them out there (Settings > Local DNS Records), or use another domain.",
        )


def _decided(
    present: Sequence[items.Item], wanted: Sequence[Record], ours: Collection[Record]
) -> Decision:
    return deciding.decide(present, [_normal(r) for r in wanted], [_normal(r) for r in ours])


def _normal(record: Record) -> Record:
    """In the one form that is compared: lower case, and addresses as they are mostly written."""
    value = record.value.lower()
    if record.kind is not Kind.CNAME:
        with contextlib.suppress(ValueError):  # said by whoever writes the item
            value = str(ipaddress.ip_address(value))
    return record._replace(name=record.name.lower(), value=value)


def _owned(changes: Changes) -> list[Record]:
    """What of the changes is ours already."""
    return [
        change.record
        for change in changes.changes
        if change.action is Action.REMOVE or (change.action is Action.KEEP and change.is_ours)
    ]
