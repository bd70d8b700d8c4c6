"""Graphs: what is reached, and in which order things may go."""

from hypothesis import given
from hypothesis import strategies as st

from homeport.registry.space import reach

MEMBERS = st.integers(0, 7)
EDGES = st.lists(st.tuples(MEMBERS, MEMBERS).filter(lambda edge: edge[0] != edge[1]), max_size=20)


def test_only_edges_with_both_ends_count():
    assert reach.leads([(1, 2), (1, 3), (4, 1)], {1, 2}) == {1: [2]}


@given(st.sets(MEMBERS), EDGES)
def test_what_is_reached(roots, edges):
    reached = set(roots)
    for _ in range(8):
        reached |= {to for source, to in edges if source in reached}
    assert reach.reach(roots, reach.leads(edges, range(8))) == reached


@given(EDGES, st.integers(1, 9))
def test_nothing_goes_before_what_leads_to_it(edges, size):
    leading = reach.leads(edges, range(8))
    lots = reach.lots(range(8), leading, size)
    assert sorted(one for lot in lots for one in lot) == list(range(8))
    place = {one: number for number, lot in enumerate(lots) for one in lot}
    for source, to in edges:
        in_a_circle = source in reach.reach([to], leading)
        assert place[source] == place[to] if in_a_circle else place[source] <= place[to]


@given(EDGES, st.integers(1, 9))
def test_only_a_circle_makes_a_lot_too_large(edges, size):
    leading = reach.leads(edges, range(8))
    for lot in reach.lots(range(8), leading, size):
        first = {one for one in lot if lot[0] in reach.reach([one], leading)}
        assert len(lot) <= size or first == set(lot)


def test_a_long_chain_needs_no_deep_stack():
    leading = {one: [one + 1] for one in range(50_000)}
    lots = reach.lots(range(50_001), leading, 50_001)
    assert lots == [list(range(50_001))]
