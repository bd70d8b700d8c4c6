"""What is read of a repository tells of each manifest what a look at all of them tells."""

import sqlite3
from typing import NamedTuple

from hypothesis import event, given
from hypothesis import strategies as st

from homeport.registry.space import untagged
from homeport.registry.space.figures import fates
from homeport.registry.space.touches import Touches
from homeport.registry.store import schema
from homeport.registry.store.space import graph, holders, without
from homeport.registry.store.space.without import Above, Without

MANIFESTS = 8
BLOBS = 3
NUMBER = st.integers(1, MANIFESTS)
GRAPHS = st.lists(
    st.tuples(
        st.sets(NUMBER, max_size=2),
        st.sets(st.integers(1, BLOBS), max_size=1),
        st.one_of(st.none(), NUMBER, st.just(99)),
        st.integers(0, 2),
    ),
    min_size=2,
    max_size=MANIFESTS,
)
"""What each manifest names: others (whether there or not) and blobs; its subject; and how many tags it has."""


class Standing:
    """A clock that does not move."""

    def now(self):
        return 0.0


@st.composite
def worlds(draw):
    """A repository, and what is taken for gone."""
    found = draw(GRAPHS)
    tags = [f"t{one}-{tag}" for one, each in enumerate(found, 1) for tag in range(each[3])]
    gone = draw(st.sets(st.sampled_from(tags), max_size=4)) if tags else set()
    return found, Without(1, gone, draw(st.sets(st.integers(1, len(found)), max_size=2)))


def filled(found):
    """A database with one repository of these manifests; blobs are the same in a second one."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    for migration in schema.MIGRATIONS:
        connection.executescript(migration)
    many = connection.executemany
    many("INSERT INTO repository (id, name, created) VALUES (?, ?, 0)", [(1, "a"), (2, "b")])
    many(
        "INSERT INTO blob (id, digest, file, size, created) VALUES (?, ?, ?, 1, 0)",
        [(blob, f"b{blob}", f"f{blob}") for blob in range(1, BLOBS + 1)],
    )
    links = [(owner, blob) for owner in (1, 2) for blob in range(1, BLOBS + 1)]
    many("INSERT INTO repository_blob VALUES (?, ?, 0)", links)
    for one, (names, blobs, subject, tags) in enumerate(found, 1):
        connection.execute(
            "INSERT INTO manifest (id, repository, digest, media_type, size, pushed, subject, content)"
            " VALUES (?, 1, ?, 'a/b', 1, 0, ?, x'')",
            (one, f"m{one}", subject and f"m{subject}"),
        )
        named = [f"m{other}" for other in names] + [f"b{blob}" for blob in blobs]
        many("INSERT INTO reference VALUES (1, ?, ?)", [(digest, one) for digest in named])
        rows = [(f"t{one}-{tag}", one) for tag in range(tags)]
        many("INSERT INTO tag (repository, name, manifest, moved) VALUES (1, ?, ?, 0)", rows)
    return connection


class Whole(NamedTuple):
    """The fates of all manifests of a repository that have no tag."""

    going: set[int]
    kept: set[int]


def plainly(connection, found, world, protected):
    """All of the repository read and judged."""
    tagged = {
        one
        for one, (*_, tags) in enumerate(found, 1)
        if {f"t{one}-{tag}" for tag in range(tags)} - set(world.tags)
    }
    gone = set(world.manifests)
    nodes = {node.id: node for node in graph.of(connection, 1) if node.id not in tagged | gone}
    edges = [
        edge for edge in graph.edges_of(connection, 1) if edge[0] not in gone and edge[1] in nodes
    ]
    judged = fates.judge(Above(nodes, edges), protected)
    return Whole(judged.going, judged.kept)


def protection(is_forever):
    return untagged.protection(Touches(Standing()), 0.0, None if is_forever else 0.0)


SOME = st.sets(NUMBER)


@given(worlds(), SOME, st.booleans())
def test_a_look_at_some_tells_what_a_look_at_all_tells(asked, some, is_forever):
    found, world = asked
    protected, connection = protection(is_forever), filled(found)
    judged = fates.look(connection, world, some, protected).judged
    whole = plainly(connection, found, world, protected)
    event(f"{bool(whole.going & some)} {bool(whole.kept & some)}")
    assert (judged.going & some, judged.kept & some) == (whole.going & some, whole.kept & some)
    assert judged.going <= whole.going
    assert judged.kept <= whole.kept


@given(worlds(), st.booleans())
def test_what_does_not_hang_on_what_is_gone_has_the_fate_that_it_had(asked, is_forever):
    found, world = asked
    protected, connection = protection(is_forever), filled(found)
    hanging = without.below(connection, world)
    before = plainly(connection, found, Without(1), protected)
    after = plainly(connection, found, world, protected)
    gone = hanging | set(world.manifests)
    assert not hanging & set(world.manifests)
    assert (before.going - gone, before.kept - gone) == (after.going - gone, after.kept - gone)


@given(worlds())
def test_what_is_said_to_be_held_is_named_by_what_a_tag_leads_to(asked):
    found, world = asked
    connection = filled(found)
    whole = plainly(connection, found, world, protection(is_forever=True))
    free = whole.going | whole.kept | set(world.manifests)
    named = {
        blob for one, (_, blobs, *_) in enumerate(found, 1) if one not in free for blob in blobs
    }
    every = range(1, BLOBS + 1)
    held = holders.held_here(connection, every, world)
    event(f"{len(held)} of {len(named)}")
    assert held <= named
    if not (world.tags or world.manifests):
        assert holders.held_elsewhere(connection, every, 2) == held
    assert not holders.held_elsewhere(connection, every, 1)


def test_one_of_ten_thousand_is_judged_alone():
    """Whose signature is read with it, and no other image."""
    images = [(set(), {1}, None, 1) for _ in range(10)]
    signatures = [(set(), set(), image, 0) for image in range(1, 11)]
    connection = filled(images + signatures)
    world = Without(1, {"t3-0"})
    assert without.below(connection, world) == {3, 13}
    assert set(without.above(connection, world, {3, 13}).nodes) == {3, 13}
    assert set(without.above(connection, Without(1), {13}).nodes) == {13}
    assert holders.held_here(connection, [1, 2], world) == {1}
