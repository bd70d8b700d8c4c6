"""What is decided from the items that are there, without a Pi-hole."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from tests.net.dns.pihole.acting import ALIASES, HOST, NAMES, STACK, TARGET

from homeport.net.dns import reconciling
from homeport.net.dns.pihole import deciding, items
from homeport.net.dns.records import Action, Kind, Record

LABELS = st.sampled_from(["a.lan", "b.lan", "c.lan", TARGET, NAMES[0]])
HOSTS = st.builds(
    lambda last, names: f"10.0.0.{last} {' '.join(names)}",
    st.integers(1, 3),
    st.lists(LABELS, min_size=1, max_size=3),
)
CNAMES = st.lists(LABELS, min_size=2, max_size=3).map(",".join)
RECORDS = st.frozensets(
    st.builds(Record, LABELS, st.just(Kind.CNAME), LABELS, st.none())
    | st.builds(
        Record, LABELS, st.just(Kind.A), st.integers(1, 3).map("10.0.0.{}".format), st.none()
    ),
    max_size=5,
)


def decided(hosts, aliases, wanted, ours=()):
    return deciding.decide(items.read(hosts, aliases), wanted, ours)


def texts(chosen):
    return [item.text for item in chosen]


def test_all_is_new():
    decision = decided([], [], STACK)
    assert texts(decision.added) == [HOST, *ALIASES]
    assert decision.settings == ("hosts", "cnameRecords")


def test_the_exact_text_goes():
    odd = [f"  {HOST}  "], [f"{NAMES[0].upper()} , {TARGET},0300"]
    decision = decided(*odd, (), STACK[:2])
    assert texts(decision.removed) == [*odd[0], *odd[1]]


def test_somebody_elses_is_no_ours_by_its_looks():
    decision = decided([HOST], ALIASES, STACK)
    assert {change.action for change in decision.changes} == {Action.KEEP}
    assert not any(change.is_ours for change in decision.changes)
    assert decision.settings == ()


def test_what_is_in_the_way_is_shown_in_one_line():
    decision = decided([], [f"{NAMES[0]},nas.lan\x1b[31m\n"], STACK)
    taken = next(change for change in decision.changes if change.action is Action.TAKEN)
    assert taken.note.isprintable()


@given(st.lists(HOSTS, max_size=4), st.lists(CNAMES, max_size=4), RECORDS, RECORDS)
def test_an_item_goes_only_where_all_of_it_is_ours(hosts, aliases, wanted, ours):
    owned = {reconciling.identity(record) for record in ours}
    for item in decided(hosts, aliases, tuple(wanted), ours).removed:
        assert {reconciling.identity(record) for record in item.records} <= owned


@given(st.lists(HOSTS, max_size=4), st.lists(CNAMES, max_size=4), RECORDS, RECORDS)
def test_what_is_kept_is_not_removed_with_something_else(hosts, aliases, wanted, ours):
    decision = decided(hosts, aliases, tuple(wanted), ours)
    kept = {
        reconciling.identity(change.record)
        for change in decision.changes
        if change.action is Action.KEEP
    }
    left = [item for item in items.read(hosts, aliases) if item not in decision.removed]
    there = {reconciling.identity(record) for item in left for record in item.records}
    assert kept <= there
