"""What every keeper of records must do, and hands of somebody else beside ours.

    class TestMine(keeping.Keeping):
        @pytest.fixture
        def kept(self): ...     # a Kept

Records are compared by name, type and value.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from hypothesis import strategies as st

from homeport import errors
from homeport.net.dns import reconciling, records
from homeport.net.dns.records import Action, Changes, Keeper, Kind, Record

A = Record("traefik.homelab.test", Kind.A, "10.0.0.1")
REGISTRY = Record("registry.homelab.test", Kind.CNAME, A.name)
UI = Record("registry-ui.homelab.test", Kind.CNAME, A.name)
CLOUD = Record("localstack.homelab.test", Kind.CNAME, A.name)
STACK = (A, REGISTRY, UI, CLOUD)
MOVED = A._replace(value="10.0.0.2")
THEIRS = Record("printer.homelab.test", Kind.A, "10.0.0.77")


@dataclasses.dataclass
class Kept:
    """A keeper under test."""

    open: Callable[[], Keeper]
    """A new session with it."""
    present: Callable[[], Iterable[Record]]
    """All records that are there, read past the keeper."""
    add: Callable[[Record], None]
    """Somebody else makes a record, past the keeper."""
    drop: Callable[[Record], None]
    """Somebody else removes one."""
    has_marks: bool = False
    """Whether the keeper itself knows which records are ours."""
    shown: Callable[[Iterable[Record]], Iterable[Record]] = tuple
    """How wanted records look there: a hosts file has addresses for aliases."""
    rest: Callable[[], Any] = lambda: None
    """All that is not a record of ours, byte for byte, where the keeper has such a thing."""

    def said(self) -> set[reconciling.Identity]:
        return {reconciling.identity(record) for record in self.present()}

    def looks(self, *wanted: Record) -> set[reconciling.Identity]:
        return {reconciling.identity(record) for record in self.shown(wanted)}


def told(text: str) -> None:
    assert text


def make(kept: Kept, wanted: Iterable[Record], ours: Iterable[Record] = ()) -> frozenset[Record]:
    """Plans and applies; what is ours then."""
    keeper = kept.open()
    try:
        changes = keeper.plan(tuple(wanted), frozenset(ours))
        assert not changes.taken, changes
        keeper.apply(changes, told)
        return reconciling.settled(changes)
    finally:
        keeper.close()


def planned(kept: Kept, wanted: Iterable[Record], ours: Iterable[Record] = ()) -> Changes:
    keeper = kept.open()
    try:
        return keeper.plan(tuple(wanted), frozenset(ours))
    finally:
        keeper.close()


def actions(changes: Changes) -> set[Action]:
    return {change.action for change in changes.changes}


class Keeping:
    """The suite."""

    def test_a_first_apply_adds_all(self, kept):
        assert actions(planned(kept, STACK)) == {Action.ADD}
        make(kept, STACK)
        assert kept.said() == kept.looks(*STACK)

    def test_a_plan_changes_nothing(self, kept):
        kept.add(THEIRS)
        before, rest = kept.said(), kept.rest()
        planned(kept, STACK)
        assert (kept.said(), kept.rest()) == (before, rest)

    def test_the_second_apply_changes_nothing(self, kept):
        ours = make(kept, STACK)
        again = planned(kept, STACK, ours)
        assert not again.has_changes
        assert actions(again) == {Action.KEEP}
        assert all(change.is_ours for change in again.changes)

    def test_one_that_is_not_wanted_any_more_goes(self, kept):
        ours = make(kept, STACK)
        make(kept, (A, REGISTRY), ours)
        assert kept.said() == kept.looks(A, REGISTRY)

    def test_another_address(self, kept):
        kept.add(THEIRS)
        ours = make(kept, STACK)
        changes = planned(kept, (MOVED, *STACK[1:]), ours)
        assert actions(changes) >= {Action.ADD, Action.REMOVE}
        make(kept, (MOVED, *STACK[1:]), ours)
        assert kept.said() == kept.looks(MOVED, *STACK[1:], THEIRS)

    def test_all_of_ours_goes_and_nothing_else(self, kept):
        kept.add(THEIRS)
        before, rest = kept.said(), kept.rest()
        ours = make(kept, STACK)
        assert make(kept, (), ours) == frozenset()
        assert (kept.said(), kept.rest()) == (before, rest)

    def test_what_somebody_else_made_alike_is_kept_and_not_ours(self, kept):
        kept.add(A)
        ours = make(kept, STACK)
        assert reconciling.identity(A) not in {reconciling.identity(one) for one in ours}
        make(kept, (), ours)
        assert kept.said() == {reconciling.identity(A)}

    def test_a_taken_name_stops_everything(self, kept):
        kept.add(Record(REGISTRY.name, Kind.A, "10.0.0.99"))
        changes = planned(kept, STACK)
        assert {change.record.name for change in changes.taken} == {REGISTRY.name}
        assert "10.0.0.99" in changes.taken[0].note

    def test_a_record_of_ours_that_somebody_removed_is_made_again(self, kept):
        ours = make(kept, STACK)
        kept.drop(next(iter(kept.shown((A,)))))
        make(kept, STACK, ours)
        assert kept.said() == kept.looks(*STACK)

    def test_ours_that_is_gone_is_no_error_at_the_end(self, kept):
        ours = make(kept, STACK)
        for record in list(kept.present()):
            kept.drop(record)
        assert not planned(kept, (), ours).has_changes

    def test_without_a_ledger(self, kept):
        make(kept, STACK)
        again = planned(kept, STACK)
        assert actions(again) == {Action.KEEP}
        assert {change.is_ours for change in again.changes} == {kept.has_marks}
        assert planned(kept, ()).has_changes == kept.has_marks

    def test_it_says_where_it_is(self, kept):
        keeper = kept.open()
        assert keeper.where
        keeper.close()
        keeper.close()


# Any history

NAMES = ("traefik", "registry", "registry-ui", "localstack", "printer")
RECORD = st.builds(
    lambda name, last: Record(f"{name}.homelab.test", Kind.A, f"10.0.0.{last}"),
    st.sampled_from(NAMES),
    st.integers(1, 3),
)
WANTED = st.builds(
    lambda last, aliases: records.of(
        [f"{alias}.homelab.test" for alias in aliases], A.name, [f"10.0.0.{last}"]
    ),
    st.integers(1, 3),
    st.lists(st.sampled_from(NAMES[1:4]), unique=True),
)
OPERATIONS = st.lists(
    st.one_of(
        st.tuples(st.just("apply"), WANTED),
        st.tuples(st.just("remove"), st.none()),
        st.tuples(st.just("add"), RECORD),
        st.tuples(st.just("drop"), RECORD),
    ),
    max_size=25,
)
"""What we do, and what somebody else does."""


def any_history(kept: Kept, operations: list[tuple[str, Any]]) -> None:
    """Runs one, and removes what is ours at the end: exactly that is gone, and all of theirs is there."""
    ours: frozenset[Record] = frozenset()
    theirs: dict[reconciling.Identity, Record] = {}
    for operation, given in [*operations, ("remove", None)]:
        if operation in {"apply", "remove"}:
            try:
                ours = make(kept, given or (), ours)
            except AssertionError:
                assert planned(kept, given, ours).taken  # nothing was changed
        elif operation == "add" and not _is_there(kept, given):
            kept.add(given)
            theirs[reconciling.identity(given)] = given
        elif operation == "drop" and reconciling.identity(given) in theirs:
            kept.drop(theirs.pop(reconciling.identity(given)))
        mine = {reconciling.identity(record) for record in ours}
        assert kept.said() >= set(theirs)
        assert kept.said() <= set(theirs) | mine
    assert kept.said() == set(theirs)


def _is_there(kept: Kept, record: Record) -> bool:
    return reconciling.identity(record) in kept.said()


def refused(keeper: Keeper, changes: Changes) -> str:
    """What is said where it cannot be done."""
    with pytest.raises(errors.HomeportError) as raised:
        keeper.apply(changes, told)
    return str(raised.value)
