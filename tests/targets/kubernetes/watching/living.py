"""A stand-in cluster whose controllers run by themselves, and a client of it."""

from __future__ import annotations

import contextlib
import threading
import time

from tests.apiserver.cluster import Cluster
from tests.targets.kubernetes.watching import deployed

from homeport import clock
from homeport.targets.kubernetes.cluster import client, kubeconfig
from homeport.targets.kubernetes.watching import following, parts, reading

LIMIT_S = 30.0
PARTS = {part.component: part for part in parts.of(deployed.CHOSEN)}
PATIENT = client.PATIENCE


class Living:
    """A cluster, and who looks at it."""

    def __init__(self, cluster, connected):
        self.cluster = cluster
        self.controllers = cluster.controllers
        self.client = connected
        self.clock = clock.SystemClock()

    def apply(self, *components):
        for name in components or PARTS:
            for document in deployed.objects(PARTS[name]):
                self.cluster.world.create(document)

    def read(self):
        return reading.read(self.client, deployed.CHOSEN, self.clock)

    def follow(self, until=None, deadline_s=LIMIT_S):
        return following.follow(
            self.client, deployed.CHOSEN, self.clock, until=until, deadline_s=deadline_s
        )

    def until(self, component, state):
        """Whether a component comes into a state in time; the reports until then."""
        found = list(self.follow(lambda report: report.row(component).state is state))
        assert found, "no report at all"
        assert found[-1].row(component).state is state, found[-1].row(component)
        return found

    def pod(self, component="registry"):
        part = PARTS[component]
        found = self.cluster.world.all("Pod", part.namespace)
        return next(p for p in found if p["metadata"]["name"].startswith(f"{part.name}-"))


@contextlib.contextmanager
def living(folder, patience=PATIENT, **delays_s):
    """One that runs while the block does."""
    with Cluster() as cluster:
        cluster.add_authority(deployed.ISSUER)
        cluster.controllers.delay(**delays_s)
        access = kubeconfig.load(cluster.kubeconfig(folder / "kubeconfig"), "", {})
        with client.connect(access, clock.SystemClock(), patience=patience) as connected:
            yield Living(cluster, connected)
            assert watchers_end(connected)


def watchers():
    return [thread for thread in threading.enumerate() if thread.name == "homeport-watch"]


def watchers_end(connected, limit_s=PATIENT.total_s + LIMIT_S):
    """Whether all threads of all followers end in time, once their streams are cut; one may be about to open another.

    One that is asking again after an error looks whether it shall end when that is over, or its patience is.
    """
    end = time.monotonic() + limit_s
    while (left := watchers()) and time.monotonic() < end:
        connected.close()
        left[0].join(0.2)
    return not watchers()
