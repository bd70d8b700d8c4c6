"""What holds of server-side apply for every set of fields, without a server."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.apiserver.merging import engine, managers, paths
from tests.apiserver.merging.engine import Conflict
from tests.apiserver.test_merging import (
    DEPLOYMENTS,
    MAPS,
    NAME,
    ONE,
    TWO,
    applied,
    config,
    deployment,
)

# managedFields


@settings(deadline=None)
@given(
    st.frozensets(
        st.lists(st.sampled_from(["f:a", "f:b", 'k:{"n":1}', "v:1"]), min_size=1).map(tuple)
    )
)
def test_sets_of_fields_survive_the_wire(fields):
    assert paths.flat(paths.tree(fields)) == fields


@pytest.mark.parametrize(
    "entry", [{}, {"operation": "Apply"}, {"operation": "x", "fieldsType": "FieldsV1"}]
)
def test_entries_that_make_no_sense_are_refused(entry):
    with pytest.raises(managers.Unreadable):
        managers.read([entry])


# For every set

NAMES = st.sampled_from("abcdef")
DATA = st.dictionaries(NAMES, st.sampled_from("123"), max_size=6)
CONTAINERS = st.lists(
    st.fixed_dictionaries(
        {"name": NAMES},
        optional={
            "image": NAMES,
            "args": st.lists(NAMES, min_size=1, max_size=2),
            "env": st.lists(
                st.fixed_dictionaries({"name": NAMES}, optional={"value": NAMES}),
                unique_by=lambda row: row["name"],
                min_size=1,
            ),
        },
    ),
    unique_by=lambda row: row["name"],
    min_size=1,
    max_size=4,
)
DOCUMENTS = CONTAINERS.map(lambda rows: deployment(*rows))


@settings(deadline=None)
@given(DOCUMENTS, DOCUMENTS)
def test_applying_the_same_twice_changes_nothing(first, second):
    once = applied(DEPLOYMENTS, (ONE, first), (ONE, second))
    again = applied(DEPLOYMENTS, (ONE, second), live=once.document, owned=once.owned)
    assert again == once._replace(is_changed=False)


@settings(deadline=None)
@given(DOCUMENTS, DOCUMENTS)
def test_only_the_last_apply_of_one_manager_counts(first, second):
    both = applied(DEPLOYMENTS, (ONE, first), (ONE, second)).document
    assert DEPLOYMENTS.fields(both) == DEPLOYMENTS.fields(
        applied(DEPLOYMENTS, (ONE, second)).document
    )


@settings(deadline=None)
@given(DATA, DATA)
def test_managers_of_different_fields_never_conflict(first, second):
    mine = {f"mine-{name}": value for name, value in first.items()}
    theirs = {f"theirs-{name}": value for name, value in second.items()}
    outcome = applied(MAPS, (ONE, config(**mine)), (TWO, config(**theirs)), (ONE, config(**mine)))
    assert outcome.document["data"] == mine | theirs


@settings(deadline=None)
@given(DATA, DATA)
def test_every_conflict_is_over_a_field_that_the_other_owns_and_that_differs(first, second):
    before = applied(MAPS, (ONE, config(**first)))
    differing = {name for name in first.keys() & second.keys() if first[name] != second[name]}
    try:
        engine.apply(MAPS, before.document, config(**second), before.owned, TWO)
        found = set()
    except Conflict as conflict:
        found = {path[-1].removeprefix("f:") for _, path in conflict.rows}
    assert found == differing


@settings(deadline=None)
@given(DOCUMENTS)
def test_whoever_applies_nothing_any_more_leaves_nothing(document):
    outcome = applied(DEPLOYMENTS, (ONE, document), (ONE, {"metadata": NAME}))
    assert (outcome.document.get("spec"), outcome.owned) == (None, {})
