"""What follows from tags that go, in any repository."""

from hypothesis import given
from hypothesis import strategies as st

from homeport.registry.space import reach, untagged
from homeport.registry.space.retaining import fate
from homeport.registry.store.space.graph import Node
from homeport.registry.store.space.tags import Tag

NOW = 1000.0
NUMBERS = st.integers(1, 6)
OLD, YOUNG = 0.0, NOW


def digest(number):
    return f"sha256:{number:064x}"


def node(number, subject=None, used=OLD):
    return Node(
        number, 1, "a", digest(number), subject and digest(subject), 1, used, is_tagged=True
    )


def tag(name, manifest):
    return Tag(name, manifest, digest(manifest), OLD, 0)


@st.composite
def repositories(draw):
    """Manifests 1 to 6, of which each names only those before it; 9 is missing."""
    nodes, edges = {}, []
    for number in range(1, 7):
        before = st.sampled_from(range(1, number) or [9])
        subject = draw(st.none() | st.just(9) | before)
        nodes[number] = node(number, subject, draw(st.sampled_from([OLD, YOUNG])))
        edges += [(number, child) for child in draw(st.sets(before, max_size=2)) if child in nodes]
        if subject in nodes:
            edges.append((subject, number))
    plain = draw(st.dictionaries(st.sampled_from("abcdef"), NUMBERS, max_size=5))
    signed = draw(st.dictionaries(NUMBERS | st.just(9), NUMBERS, max_size=2))
    signatures = {f"sha256-{of:064x}.sig": manifest for of, manifest in signed.items()}
    tags = [tag(*item) for item in {**plain, **signatures}.items()]
    return fate.Repository(tags, nodes, edges), plain, signed


def never(node, is_orphaned):
    return node.used + 1 if is_orphaned else untagged.NEVER


def quickly(node, is_orphaned):
    return node.used + 1


@given(repositories(), st.sets(st.sampled_from("abcdef")), st.sampled_from([never, quickly]))
def test_whatever_goes(made, going, protected):
    repository, plain, signed = made
    going &= plain.keys()
    gone = fate.follow(repository, going, protected, NOW)
    staying = repository.nodes.keys() - gone.manifests
    tagged = {manifest for name, manifest in plain.items() if name not in going}
    owned = [(of, manifest) for of, manifest in signed.items() if of != 9]
    leading = reach.leads([*repository.edges, *owned], repository.nodes)

    assert gone.tags & plain.keys() == going
    assert staying >= reach.reach(tagged, leading)
    assert reach.reach(staying, leading) == staying
    for of, manifest in signed.items():
        is_gone = f"sha256-{of:064x}.sig" in gone.tags
        if of != 9:
            assert is_gone == (of in gone.manifests)
        assert is_gone or manifest in staying
    lost = {plain[name] for name in going} - tagged
    others = repository.nodes.keys() - reach.reach(lost, leading)
    others -= reach.reach({signed[9]} if 9 in signed else set(), leading)
    if protected is never:
        orphans = {one for one in others if repository.nodes[one].subject == digest(9)}
        assert staying >= others - reach.reach(orphans, leading)
    else:
        assert {one for one in others if repository.nodes[one].used == YOUNG} <= staying
    needless = lost - reach.reach(repository.nodes.keys() - reach.reach(lost, leading), leading)
    if not signed:
        assert needless - reach.reach(tagged, leading) <= gone.manifests
