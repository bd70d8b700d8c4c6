"""The controllers of the stand-in cluster: what a real one does after the API server said yes.

Each module has `run(world)`, one pass over what is stored; `manager` calls them until nothing changes.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tests.apiserver.controllers import admission, logs, manager, seeds
from tests.apiserver.controllers import world as worlds


def attach(server, clock=None, runtime=None) -> manager.Controllers:
    """The controllers of a server, not running yet: its seeds, admission and logs are set."""
    world = worlds.World(server, clock)
    found = manager.Controllers(world, server.failures)
    found.logs = logs.PodLogs(server.store)
    server.cluster.admission = server.cluster.admission or admission.ClaimAdmission(world)
    server.cluster.logs = server.cluster.logs or found.logs
    seeds.fill(world, runtime)
    return found


@contextmanager
def running(server, clock=None, runtime=None) -> Iterator[manager.Controllers]:
    """The controllers of a server, running in a thread."""
    found = attach(server, clock, runtime)
    found.settle()
    found.start()
    try:
        yield found
    finally:
        found.logs.close()
        found.stop()
