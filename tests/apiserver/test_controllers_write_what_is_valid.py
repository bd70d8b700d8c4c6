"""Everything that the controllers and the seeds write would pass the API itself."""

from __future__ import annotations

import pytest
from tests.apiserver import kinds
from tests.apiserver.cluster import Cluster
from tests.apiserver.controllers import samples
from tests.apiserver.rules import objects
from tests.apiserver.shape import decoding

from homeport.clock import VirtualClock


def full(version, step=None):
    """A cluster in which much has happened."""
    cluster = Cluster(clock=VirtualClock(), version=version, is_stepped=True)
    cluster.add_authority()
    if step:
        cluster.controllers.fail(step)
    cluster.apply(samples.namespace(), samples.claim())
    cluster.apply(samples.deployment(volumes=samples.mounted()), samples.service())
    cluster.apply(samples.service("edge", kind="LoadBalancer"), samples.certificate("homelab-ca"))
    cluster.apply(samples.issuer("no", ca={"secretName": "no"}), samples.namespace("gone"))
    cluster.store.remove(kinds.NAMESPACE, "", "gone")
    cluster.settle()
    return cluster


@pytest.mark.parametrize("version", ["v1.33", "v1.35"])
@pytest.mark.parametrize("step", [None, "pull", "crash", "schedule", "provision", "certificate"])
def test_objects_are_valid(version, step):
    cluster = full(version, step)
    schemas = cluster.server.cluster.schemas
    for kind in kinds.ALL:
        for document in cluster.store.list(kind):
            is_custom = kind in kinds.CUSTOM
            decoded = decoding.decode(schemas, schemas.root(kind), document, is_custom=is_custom)
            assert decoded.unknown == (), document
            assert objects.check(kind, document, None, schemas) == [], document
