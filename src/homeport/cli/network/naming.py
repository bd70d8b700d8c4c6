"""The DNS records of a stack: what they are, what would change at their keeper, and making and removing them.

    with naming.of_machine(chosen, time) as names:      # or of_cluster(chosen, time, cluster)
        changes = names.plan()                          # None where nobody keeps records (provider `print` or `none`)
        if changes and not changes.taken:
            names.apply(changes, told)

`homeport dns`, the commands of the cluster and the engines of Terraform all come here.
"""

from __future__ import annotations

import contextlib
import ipaddress
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self

from homeport import errors
from homeport.cli.network import keepers, traefik
from homeport.clock import Clock
from homeport.net.dns import addresses, ledger, reconciling, records
from homeport.net.dns.records import Changes, Keeper, Record, Told
from homeport.stack import folders, settings
from homeport.targets.kubernetes.cluster.contract import Cluster

LOCAL = "local"
"""The stack of the data folder itself, in its ledger."""
MADE_BY_HAND = ("print", "none")
"""The providers that keep nothing."""

_INWARD = (
    "The names lead to {where}, which each machine takes for itself. Where others are to reach this one, set"
    ' ingress.host = "0.0.0.0", or dns.address to its address.'
)


Wanted = tuple[Record, ...]


def untold(text: str) -> None:
    """Where nobody listens."""
    del text


def wanted(
    chosen: settings.Settings, addresses_of_cluster: Sequence[str] | None = None
) -> tuple[Record, ...]:
    """The records of a stack: of one in a cluster with the addresses of its Traefik, of one on this machine without.

    None where the provider is `none`. Raises `HomeportError` where there is no address to give.
    """
    if chosen.dns.provider == "none":
        return ()
    found = _addresses(chosen, addresses_of_cluster)
    return records.of(chosen.named, chosen.hosts.ingress, found, chosen.dns.ttl)


def _addresses(chosen: settings.Settings, of_cluster: Sequence[str] | None) -> tuple[str, ...]:
    its = chosen.dns
    if of_cluster is None:
        of_cluster = () if its.address else (addresses.reached(chosen.ingress.host),)
    return addresses.chosen(its.address, its.address6, of_cluster)


class Naming:
    """The records of one stack at their keeper. As a context it ends the keeper's session, whatever happens."""

    def __init__(
        self,
        chosen: settings.Settings,
        time: Clock,
        stack: str,
        found: Callable[[], tuple[Record, ...]],
    ) -> None:
        self.chosen = chosen
        self.stack = stack
        self._time = time
        self._found = found
        self._wanted: tuple[Record, ...] | None = None
        self._ledger = ledger.Ledger(folders.of(chosen).dns)
        self._keeper: Keeper | None = None
        self._is_open = False
        self._seen: frozenset[Record] = frozenset()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._keeper is not None:
            self._keeper.close()

    @property
    def wanted(self) -> tuple[Record, ...]:
        """Its records; found out once. Raises `HomeportError` where there is no address to give."""
        if self._wanted is None:
            self._wanted = self._found()
        return self._wanted

    @property
    def keeper(self) -> Keeper | None:
        """Who keeps them; None where a person does, or nobody."""
        if not self._is_open:
            self._keeper = keepers.of(self.chosen, self._time, self.stack)
            self._is_open = True
        return self._keeper

    def plan(self) -> Changes | None:
        """What `apply` would change; None where nobody keeps records. Nothing is changed by asking."""
        if self.keeper is None:
            return None
        self._seen = self._ours(self.keeper)
        planned = self.keeper.plan(self.wanted, self._seen | self._shared(self.keeper))
        return planned._replace(notes=(*planned.notes, *notes(self.chosen, self.wanted)))

    def removal(self) -> Changes | None:
        """What `remove` would change: what is ours goes, what somebody else made stays."""
        if self.keeper is None:
            return None
        self._seen = self._ours(self.keeper)
        shared = self._ledger.others(self.keeper.key, self.stack)
        return self.keeper.plan((), self._seen - shared)

    def apply(self, changes: Changes, told: Told = untold) -> None:
        """Makes what was planned so. It is written down before and after, so it can be repeated after any end."""
        if self.keeper is None:
            return
        refuse(changes)
        with self._ledger.held() if self.keeper.key else contextlib.nullcontext():
            self._check(self.keeper)
            self._write(self.keeper, self._seen | reconciling.added(changes))
            if changes.has_changes:
                self._carry_out(self.keeper, changes, told)
            self._write(self.keeper, reconciling.settled(changes))

    def _carry_out(self, keeper: Keeper, changes: Changes, told: Told) -> None:
        try:
            keeper.apply(changes, told)
        except records.Unchanged:
            # What a person enters by hand now is theirs.
            self._write(keeper, self._seen)
            raise

    def remove(self, changes: Changes, told: Told = untold) -> None:
        """Takes away what `removal` said."""
        self.apply(changes, told)

    def left(self) -> tuple[str, ...]:
        """Where else records of the stack are, made when the settings chose another keeper: a sentence each."""
        here = self.keeper.key if self.keeper is not None else ""
        return tuple(
            f"Records of this stack are left at {key}: homeport dns remove takes them away, once the settings choose that again."
            for key in self._ledger.keepers(self.stack)
            if key != here
        )

    def _ours(self, keeper: Keeper) -> frozenset[Record]:
        return self._ledger.ours(keeper.key, self.stack) if keeper.key else frozenset()

    def _shared(self, keeper: Keeper) -> frozenset[Record]:
        """Records of other stacks of this data folder that this one wants as well: they are its own too."""
        asked_for = {reconciling.identity(record) for record in self.wanted}
        others = self._ledger.others(keeper.key, self.stack)
        return frozenset(one for one in others if reconciling.identity(one) in asked_for)

    def _write(self, keeper: Keeper, ours: frozenset[Record]) -> None:
        if keeper.key and ours != self._ours(keeper):
            self._ledger.write(keeper.key, self.stack, ours)

    def _check(self, keeper: Keeper) -> None:
        if self._ours(keeper) != self._seen:
            raise errors.HomeportError(
                "Another command has changed the DNS records of this stack meanwhile.",
                hint="Run it again: it shows anew what would be changed.",
            )


def refuse(changes: Changes) -> None:
    """Raises `HomeportError` where somebody else has a record of a wanted name."""
    if changes.taken:
        said = "; ".join(f"{change.record.name}: {change.note}" for change in changes.taken)
        raise errors.HomeportError(
            f"Nothing was changed at {changes.where}, since names are taken: {said}.",
            hint="Remove those records there if nobody needs them, or choose other names"
            " (domain, or registry.hostname, ui.hostname and cloud.hostname).",
        )


def notes(chosen: settings.Settings, made: Sequence[Record]) -> tuple[str, ...]:
    """What a person should know of where the names lead."""
    reached = [record.value for record in made if record.kind is not records.Kind.CNAME]
    is_inward = any(ipaddress.ip_address(address).is_loopback for address in reached)
    is_for_others = chosen.dns.provider == "pihole" or (
        chosen.dns.provider == "builtin" and not ipaddress.ip_address(chosen.dns.host).is_loopback
    )
    if is_inward and is_for_others:
        where = ", ".join(reached)
        return (_INWARD.format(where=where),)
    return ()


def of_machine(chosen: settings.Settings, time: Clock) -> Naming:
    """The records of the stack of this machine."""
    return Naming(chosen, time, LOCAL, lambda: wanted(chosen))


def of_cluster(chosen: settings.Settings, time: Clock, cluster: Cluster) -> Naming:
    """The records of a stack in a cluster, for which our own server cannot answer: it is a part of this machine."""

    def found() -> tuple[Record, ...]:
        if chosen.dns.provider == "builtin":
            raise errors.SettingsError(
                'dns.provider = "builtin" is a server on this machine, which homeport up starts; the cluster has none.',
                hint='For a stack on Kubernetes, choose "pihole", "hosts" or "print".',
            )
        return wanted(chosen, () if chosen.dns.address else traefik.addresses(chosen, cluster))

    return Naming(chosen, time, f"kubernetes/{chosen.kubernetes.name}", found)
