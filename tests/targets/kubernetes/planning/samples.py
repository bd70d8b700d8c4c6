"""A stack on a stand-in cluster, for tests of plans and of what carries them out."""

from __future__ import annotations

import copy
import dataclasses

from tests.apiserver import cluster as clusters

from homeport import clock
from homeport.stack import load
from homeport.targets.kubernetes.cluster import client, kubeconfig
from homeport.targets.kubernetes.objects import kinds, render
from homeport.targets.kubernetes.planning import making, plan

STACK = "homeport"
HTPASSWD = f"admin:$2y$05${'a' * 53}\n"
PATIENCE = client.Patience(total_s=5, first_s=2, pause_s=0.01, longest_pause_s=0.05)
BASE = {"cloud.engine": "builtin", "cloud.edge": "open"}


class Teller:
    """Keeps what it is told."""

    def __init__(self):
        self.said, self.waited = [], []

    def done(self, ref, what):
        self.said.append(f"{what} {ref}")

    def waiting(self, refs):
        self.waited.append(refs)


class Stack:
    """One stack, its settings, and the cluster that it is planned for."""

    def __init__(self, stand_in: clusters.Cluster, folder, **more):
        self.stand_in, self.folder = stand_in, folder
        self.teller = Teller()
        self.kubeconfig = stand_in.kubeconfig(folder / "kubeconfig")
        access = kubeconfig.load(self.kubeconfig, "", {})
        self.cluster = client.connect(access, clock.SystemClock(), patience=PATIENCE)
        self.set(**more)

    def set(self, **more):
        """Sets settings, as `registry__image="registry:3"`."""
        flags = {"data": str(self.folder / "data"), **BASE}
        flags |= {key.replace("__", "."): value for key, value in more.items()}
        self.chosen = load.load(flags, {}).settings
        self.wanted = render.objects(self.chosen, render.Material(HTPASSWD))

    def pick(self, kind, name):
        """A wanted object, to be changed."""
        self.wanted = copy.deepcopy(self.wanted)
        return next(o for o in self.wanted if (o["kind"], o["metadata"]["name"]) == (kind, name))

    def drop(self, kind, name):
        """One object less is wanted."""
        is_it = lambda o: (o["kind"], o["metadata"]["name"]) == (kind, name)  # noqa: E731
        self.wanted = tuple(obj for obj in self.wanted if not is_it(obj))

    def plan(self, **options) -> plan.Plan:
        return making.make(
            self.cluster, STACK, self.wanted, dataclasses.replace(making.judging.NOTHING, **options)
        )

    def step(self, kind, name, **options) -> plan.Step:
        found = self.plan(**options).steps
        return next(s for s in found if (s.ref.kind.name, s.ref.name) == (kind, name))

    def apply(self):
        """Applies all as it is, without a plan, and lets the controllers work."""
        for obj in self.wanted:
            self.cluster.apply(obj)
        self.stand_in.settle()

    def get(self, kind, namespace, name):
        return self.stand_in.get(kind, namespace, name)


def ref(kind: kinds.Kind, namespace: str, name: str) -> kinds.Ref:
    return kinds.Ref(kind, namespace, name)
