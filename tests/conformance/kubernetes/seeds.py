"""What a new K3s cluster has, for a control plane that has nothing: a class of storage, a node, and the custom kinds."""

from __future__ import annotations

import json
from collections.abc import Iterator

from tests.apiserver import kinds, seed
from tests.apiserver.client import Api

FAKE = "kwok.x-k8s.io/node=fake"
"""The mark of nodes that kwok plays: https://kwok.sigs.k8s.io/docs/user/kwok-manage-nodes-and-pods/"""
DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"


def fill(api: Api) -> None:
    """Creates all of it; `AssertionError` where the server does not take it."""
    classes = {"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", **seed.LOCAL_PATH}
    for path, document in (
        ("/apis/storage.k8s.io/v1/storageclasses", classes),
        ("/api/v1/nodes", _node()),
        ("/api/v1/namespaces", {"metadata": {"name": "cert-manager"}}),
        *((DEFINITIONS, definition) for definition in _definitions()),
    ):
        reply = api.call("POST", path, document)
        if reply.code != 201:
            raise AssertionError(f"{path}: {reply.message}")


def _node() -> dict:
    document = seed.node()
    name, _, value = FAKE.partition("=")
    annotations = {name: value, "node.alpha.kubernetes.io/ttl": "0"}
    return document | {"metadata": document["metadata"] | {"annotations": annotations}}


def _definitions() -> Iterator[dict]:
    for known in json.loads((kinds.SCHEMAS / "custom.json").read_text()):
        names, group = known["names"], known["group"]
        yield {
            "metadata": {
                "name": f"{names['plural']}.{group}",
                # Groups below k8s.io need it; others may have it.
                "annotations": {"api-approved.kubernetes.io": "unapproved"},
            },
            "spec": {
                "group": group,
                "names": names,
                "scope": known["scope"],
                "versions": [_version(version) for version in known["versions"]],
            },
        }


def _version(known: dict) -> dict:
    return {
        "name": known["name"],
        "served": known["served"],
        "storage": known["storage"],
        "schema": {"openAPIV3Schema": known["schema"]},
        "subresources": {name: {} for name in known["subresources"]},
    }
