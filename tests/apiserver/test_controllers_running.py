"""Controllers that run by themselves, take their time, or do nothing."""

from __future__ import annotations

import contextlib
import threading

import pytest
from tests.apiserver import controllers, errors, kinds
from tests.apiserver.cluster import Cluster
from tests.apiserver.controllers import conditions, samples, troubles
from tests.apiserver.server import Server

from homeport.clock import VirtualClock

WAIT_S = 10


def stepped(**delays_s):
    found = Cluster(clock=VirtualClock(), is_stepped=True)
    found.controllers.delay(**delays_s)
    found.apply(samples.namespace())
    return found


def awaited(cluster, is_done):
    """Whether that comes true by the controllers' own work."""
    version = 0
    for _ in range(1000):
        if is_done():
            return True
        version = cluster.store.wait(version, WAIT_S / 1000)
    return False


def is_available(cluster):
    found = cluster.get("Deployment", "registry", "web")
    return found is not None and conditions.is_true(found, "Available")


def test_a_running_cluster_works_by_itself():
    with Cluster() as cluster:
        cluster.world.create(samples.namespace())
        cluster.world.create(samples.deployment())
        assert awaited(cluster, lambda: is_available(cluster))


def test_a_bare_server_can_be_given_controllers():
    with Server() as server, controllers.running(server) as found:
        found.world.create(samples.namespace())
        found.world.create(samples.pod())
        found.settle()
        pod = found.world.find("Pod", "registry", "one")
        assert conditions.is_true(pod, "Ready")
    assert server.failures == []


def test_a_delay_passes_by_itself():
    with Cluster() as cluster:
        cluster.controllers.delay(pull=0.05)
        cluster.world.create(samples.namespace())
        cluster.world.create(samples.deployment())
        assert awaited(cluster, lambda: is_available(cluster))


@pytest.mark.parametrize(
    ("step", "reason"), [("mount", "ContainerCreating"), ("pull", "ContainerCreating")]
)
def test_steps_take_their_time(step, reason):
    cluster = stepped(**{step: 5})
    cluster.apply(samples.pod())
    row = cluster.get("Pod", "registry", "one")["status"]["containerStatuses"][0]
    assert row["state"]["waiting"]["reason"] == reason
    cluster.advance(4)
    assert not cluster.get("Pod", "registry", "one")["status"]["containerStatuses"][0]["ready"]
    cluster.advance(1)
    assert cluster.get("Pod", "registry", "one")["status"]["containerStatuses"][0]["ready"]


def test_a_provisioner_takes_its_time():
    cluster = stepped(provision=13)
    cluster.apply(samples.claim(), samples.pod(volumes=samples.mounted()))
    assert cluster.world.all("PersistentVolume") == []
    cluster.advance(13)
    assert cluster.get("Pod", "registry", "one")["status"]["phase"] == "Running"


def test_a_stalled_controller_does_nothing():
    cluster = stepped()
    cluster.controllers.stall("kubelet")
    cluster.apply(samples.pod())
    assert cluster.get("Pod", "registry", "one")["status"]["phase"] == "Pending"
    cluster.controllers.resume()
    cluster.settle()
    assert cluster.get("Pod", "registry", "one")["status"]["phase"] == "Running"


def test_without_a_name_all_are_stalled():
    cluster = stepped()
    cluster.controllers.stall()
    cluster.apply(samples.pod())
    assert "nodeName" not in cluster.get("Pod", "registry", "one")["spec"]


def test_misspelt_names_are_refused():
    cluster = stepped()
    with pytest.raises(ValueError, match="no such controller"):
        cluster.controllers.stall("kublet")
    with pytest.raises(ValueError, match="no such step"):
        troubles.Troubles().add("pul")
    with pytest.raises(AttributeError):
        cluster.controllers.set(has_load_balancers=False)


def test_writes_of_others_do_not_stop_the_controllers():
    with Cluster() as cluster:
        cluster.world.create(samples.namespace())
        cluster.world.create(samples.deployment(replicas=3))
        writers = [threading.Thread(target=scribble, args=(cluster, turn)) for turn in range(3)]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
        assert awaited(cluster, lambda: is_available(cluster))


def scribble(cluster, turn):
    for number in range(20):
        found = cluster.get("Deployment", "registry", "web")
        found["metadata"].setdefault("annotations", {})[f"turn-{turn}"] = str(number)
        with contextlib.suppress(errors.ApiError):
            cluster.world.save(found)


def test_the_seeds():
    cluster = stepped()
    names = [row["metadata"]["name"] for row in cluster.world.all("Namespace")]
    assert {"default", "kube-system", "kube-public", "kube-node-lease", "cert-manager"} <= set(
        names
    )
    (pod,) = cluster.world.all("Pod", "kube-system")
    assert pod["metadata"]["labels"]["app.kubernetes.io/name"] == "traefik"
    definitions = [row["metadata"]["name"] for row in cluster.store.list(kinds.DEFINITION)]
    assert {"ingressroutes.traefik.io", "certificates.cert-manager.io"} <= set(definitions)
