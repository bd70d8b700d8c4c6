"""Folders out of names."""

from hypothesis import given
from hypothesis import strategies as st

from homeport.console.registry.source.distribution import tree
from homeport.console.registry.source.source import CatalogQuery

PARTS = st.sampled_from(["a", "b", "app", "v9", "v10"])
NAMES = st.lists(PARTS, min_size=1, max_size=4).map("/".join)


@given(st.sets(NAMES, max_size=20))
def test_each_repository_is_found_by_opening_folders(names):
    found, folders = [], [("", None)]
    while folders:
        prefix, said = folders.pop()
        below = tree.entries(sorted(names), CatalogQuery(prefix))
        if said is not None:
            assert len(tree.below(names, CatalogQuery(prefix))) == said
        found += [each.name for each in below if not each.is_folder]
        folders += [(each.name, each.repositories) for each in below if each.is_folder]
    assert sorted(found) == sorted(names)


def test_names_are_sorted_as_people_count():
    found = tree.entries(["v10", "v9", "v9/x"], CatalogQuery())
    assert [(each.kind, each.name) for each in found] == [
        ("folder", "v9"),
        ("repository", "v9"),
        ("repository", "v10"),
    ]
    found = tree.entries(["v10", "v9"], CatalogQuery(order="desc"))
    assert [each.name for each in found] == ["v10", "v9"]


def test_a_search_is_over_all_names_below_the_folder():
    names = ["a/x", "b/x", "a/y"]
    assert [e.name for e in tree.entries(names, CatalogQuery(search="x"))] == ["a/x", "b/x"]
    assert [e.name for e in tree.entries(names, CatalogQuery("a", search="x"))] == ["a/x"]
