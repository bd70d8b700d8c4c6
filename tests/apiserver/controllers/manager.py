"""Runs the controllers until nothing is left to do: at a call, or in a thread that every write wakes."""

from __future__ import annotations

import ipaddress
import threading
import traceback
from collections.abc import Callable
from typing import NamedTuple

from tests.apiserver import errors
from tests.apiserver.controllers import garbage, namespaces, services
from tests.apiserver.controllers import world as worlds
from tests.apiserver.controllers.issuing import certificates, issuers
from tests.apiserver.controllers.nodes import kubelet, scheduler
from tests.apiserver.controllers.storage import volumes
from tests.apiserver.controllers.workloads import deployments, replicasets

ROUNDS = 300
"""More passes than any change needs; what goes on longer will never end."""
_IDLE_S = 3600


class Controller(NamedTuple):
    """One controller and the kinds that it reads; of one without kinds, all."""

    run: Callable[[worlds.World], None]
    kinds: frozenset[str] = frozenset()


def _row(run, *names):
    return Controller(run, frozenset(names))


CONTROLLERS: dict[str, Controller] = {
    "garbage": _row(garbage.run),
    "namespaces": _row(namespaces.run),
    "deployments": _row(deployments.run, "Deployment", "ReplicaSet", "Pod"),
    "replicasets": _row(replicasets.run, "ReplicaSet", "Pod", "Namespace"),
    "volumes": _row(
        volumes.run, "PersistentVolumeClaim", "PersistentVolume", "StorageClass", "Pod"
    ),
    "scheduler": _row(scheduler.run, "Pod", "Node", "PersistentVolumeClaim"),
    "kubelet": _row(kubelet.run, "Pod", "Secret", "ConfigMap", "Node"),
    "load-balancers": _row(services.run_load_balancers, "Service"),
    "endpoints": _row(services.run_endpoints, "Service", "Pod", "EndpointSlice"),
    "issuers": _row(issuers.run, "Issuer", "ClusterIssuer", "Secret"),
    "certificates": _row(certificates.run, "Certificate", "Secret", "Issuer", "ClusterIssuer"),
}


class Controllers:
    """All controllers of one store. Every method that changes what they see makes them look again."""

    def __init__(self, world: worlds.World, failures: list[str] | None = None) -> None:
        self.world = world
        self.failures = [] if failures is None else failures
        self._stalled: set[str] = set()
        self._dirty: set[str] = set(CONTROLLERS)
        self._lock = threading.RLock()
        self._thread: threading.Thread | None = None
        self._is_stopping = False
        self._woken = threading.Event()
        world.store.on_change(self._note)

    # What a test sets

    def fail(self, step, match="*", message=""):
        """Makes a step fail for what matches: see `troubles`."""
        self.world.troubles.add(step, match, message)
        self.poke()

    def heal(self, step=None):
        """Ends the faults of a step, or all."""
        self.world.troubles.heal(step)
        self.poke()

    def stall(self, *names):
        """Makes these controllers do nothing until `resume`; all without a name."""
        unknown = set(names) - set(CONTROLLERS)
        if unknown:
            raise ValueError(f"no such controller: {unknown}; there are {sorted(CONTROLLERS)}")
        with self._lock:
            self._stalled |= set(names or CONTROLLERS)

    def resume(self):
        """Lets all controllers work again."""
        with self._lock:
            self._stalled.clear()
        self.poke()

    def delay(self, **steps_s):
        """Sets how many seconds steps take: `delay(pull=2, ready=1)`."""
        self.world.delay_s |= {name.replace("_", "-"): value for name, value in steps_s.items()}

    def set(self, **values):
        """Sets anything of the world: `set(has_load_balancer=False)`."""
        for name, value in values.items():
            getattr(self.world, name)
            setattr(self.world, name, value)
        self.poke()

    def endpoint(self, namespace, service, address, port, *, is_loopback=False):
        """Makes a Service lead to that address.

        A loopback address must be asked for: the API refuses it, while Traefik takes what it reads.
        https://kubernetes.io/docs/reference/kubernetes-api/service-resources/endpoint-slice-v1/
        """
        if ipaddress.ip_address(address).is_loopback and not is_loopback:
            raise ValueError(f"an endpoint may not be a loopback address: {address}")
        self.world.endpoints[namespace, service] = [(address, port)]
        self.poke()

    # Running

    def poke(self):
        """Makes every controller look again."""
        with self._lock:
            self._dirty = set(CONTROLLERS)
        self._woken.set()

    def settle(self):
        """Returns when no controller has anything to do now; what waits for time is left waiting."""
        with self._lock:
            self._dirty = set(CONTROLLERS)
            self._work()
            self._woken.set()
            if self.failures:
                raise AssertionError(self.failures[-1])

    def start(self):
        """Begins to run in a thread."""
        self._is_stopping = False
        self._thread = threading.Thread(target=self._run, name="controllers", daemon=True)
        self._thread.start()
        return self

    def stop(self):
        """Ends the thread."""
        self._is_stopping = True
        self._woken.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _note(self, change):
        """Remembers who must look again; called under the store's lock, so it takes no other."""
        for name, controller in CONTROLLERS.items():
            if not controller.kinds or change.kind.kind in controller.kinds:
                self._dirty.add(name)
        self._woken.set()

    def _run(self):
        while True:
            # Cleared before anything is read: what is set from here on is seen by the wait below.
            self._woken.clear()
            if self._is_stopping:
                return
            with self._lock:
                self._work()
                idle_s = self._idle_s()
            if not self._woken.wait(idle_s):
                with self._lock:
                    self.world.forget_wakes()
                    self._dirty = set(CONTROLLERS)

    def _idle_s(self):
        """How long until something is due."""
        wake = self.world.next_wake()
        return _IDLE_S if wake is None else max(0.0, wake - self.world.clock.now())

    def _work(self):
        for _ in range(ROUNDS):
            due = [name for name in CONTROLLERS if name in self._dirty - self._stalled]
            if not due:
                return
            for name in due:
                self._dirty.discard(name)
                self._pass(name)
        self.failures.append(f"the controllers never come to rest: {due}")
        self._dirty.clear()

    def _pass(self, name):
        """A write that met another one is tried again with what is then stored."""
        try:
            CONTROLLERS[name].run(self.world)
        except errors.ApiError as error:
            if error.code not in {404, 409}:
                self.failures.append(traceback.format_exc())
            else:
                self._dirty.add(name)
        except Exception:  # noqa: BLE001
            self.failures.append(traceback.format_exc())
