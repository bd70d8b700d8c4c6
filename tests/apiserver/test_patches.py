"""Merge patches, JSON patches and strategic patches, without a server."""

from __future__ import annotations

import pytest
from tests.apiserver import kinds
from tests.apiserver.patches import merge, operations, strategic
from tests.apiserver.shape.schemas import Schemas

SCHEMAS = Schemas("v1.35")


@pytest.mark.parametrize(
    ("document", "patch", "wanted"),
    [
        # Rows of https://www.rfc-editor.org/rfc/rfc7386#appendix-A
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ],
)
def test_merge_patches(document, patch, wanted):
    assert merge.apply(document, patch) == wanted


def operation(op, path, **rest):
    return {"op": op, "path": path, **rest}


@pytest.mark.parametrize(
    ("document", "patch", "wanted"),
    [
        # Rows of https://www.rfc-editor.org/rfc/rfc6902#appendix-A
        ({"foo": "bar"}, operation("add", "/baz", value="qux"), {"foo": "bar", "baz": "qux"}),
        ({"foo": [1, 3]}, operation("add", "/foo/1", value=2), {"foo": [1, 2, 3]}),
        ({"foo": [1]}, operation("add", "/foo/-", value=2), {"foo": [1, 2]}),
        ({"a": 1, "b": 2}, operation("remove", "/a"), {"b": 2}),
        ({"a": [1, 2]}, operation("remove", "/a/0"), {"a": [2]}),
        ({"a": 1}, operation("replace", "/a", value=2), {"a": 2}),
        (
            {"a": {"b": 1}, "c": {}},
            {"op": "move", "from": "/a/b", "path": "/c/b"},
            {"a": {}, "c": {"b": 1}},
        ),
        ({"a": 1}, {"op": "copy", "from": "/a", "path": "/b"}, {"a": 1, "b": 1}),
        ({"a/b": 1, "m~n": 2}, operation("test", "/a~1b", value=1), {"a/b": 1, "m~n": 2}),
    ],
)
def test_json_patches(document, patch, wanted):
    assert operations.apply(document, [patch]) == wanted


@pytest.mark.parametrize(
    "patch",
    [
        operation("remove", "/nothing"),
        operation("replace", "/nothing", value=1),
        operation("test", "/a", value=[2]),
        operation("add", "/x/y", value=1),
        operation("add", "/a/9", value=1),
        operation("jump", "/a"),
    ],
)
def test_json_patches_that_do_not_fit_change_nothing(patch):
    document = {"a": [1]}
    with pytest.raises(operations.Failed):
        operations.apply(document, [operation("add", "/b", value=1), patch])
    assert document == {"a": [1]}


def pod(*containers, **spec):
    return {"spec": {"containers": list(containers), **spec}}


A, B = {"name": "a", "image": "1"}, {"name": "b", "image": "1"}


@pytest.mark.parametrize(
    ("document", "patch", "wanted"),
    [
        (pod(A, B), pod({"name": "b", "image": "2"}), pod(A, {"name": "b", "image": "2"})),
        (pod(A), pod(B), pod(B, A)),
        (pod(A, B), pod({"name": "a", "$patch": "delete"}), pod(B)),
        (pod(A, B), pod(B, {"$patch": "replace"}), pod(B)),
        (
            pod(A, B),
            {
                "spec": {
                    "$setElementOrder/containers": [{"name": "b"}, {"name": "a"}],
                    "containers": [B],
                }
            },
            pod(B, A),
        ),
        (pod(A), {"spec": {"restartPolicy": "Never"}}, pod(A, restartPolicy="Never")),
        (pod(A, restartPolicy="Never"), {"spec": {"restartPolicy": None}}, pod(A)),
        (
            pod({"name": "a", "args": ["1", "2"]}),
            pod({"name": "a", "args": ["3"]}),
            pod({"name": "a", "args": ["3"]}),
        ),
        (
            {"metadata": {"finalizers": ["a", "b"]}},
            {"metadata": {"$deleteFromPrimitiveList/finalizers": ["a"]}},
            {"metadata": {"finalizers": ["b"]}},
        ),
        (
            {"metadata": {"finalizers": ["a"]}},
            {"metadata": {"finalizers": ["b"]}},
            {"metadata": {"finalizers": ["a", "b"]}},
        ),
        (
            {"spec": {"nodeSelector": {"a": "1"}}},
            {"spec": {"nodeSelector": {"$patch": "replace", "b": "2"}}},
            {"spec": {"nodeSelector": {"b": "2"}}},
        ),
    ],
)
def test_strategic_patches(document, patch, wanted):
    assert strategic.apply(SCHEMAS, SCHEMAS.root(kinds.POD), document, patch) == wanted


def test_only_retained_keys_of_a_strategy_stay():
    document = {"spec": {"strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1}}}}
    patch = {"spec": {"strategy": {"$retainKeys": ["type"], "type": "Recreate"}}}
    wanted = {"spec": {"strategy": {"type": "Recreate"}}}
    assert strategic.apply(SCHEMAS, SCHEMAS.root(kinds.DEPLOYMENT), document, patch) == wanted
