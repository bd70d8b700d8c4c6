"""Runs functions as pods. The pods are rendered; that a cluster runs them is not there yet, and said so by name."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Protocol

from homeport.aws.lambda_.executors.base import Environment, Exit, MissingRuntime, Plan
from homeport.aws.lambda_.executors.kubernetes.pods import Object
from homeport.aws.lambda_.model import Version


class NotRunYet(MissingRuntime):
    """Pods are not started by this version of Homeport."""


class Pods(Protocol):
    """What of a cluster's API it takes to run functions. All of it watches, nothing of it polls."""

    async def create(self, pod: Object) -> None:
        """Creates a pod; returns when the API has taken it."""

    def output(self, name: str) -> AsyncIterator[bytes]:
        """What the container `function` of a pod writes, until it ends."""

    async def ended(self, name: str) -> Exit:
        """Returns when a pod has ended."""

    async def delete(self, name: str) -> None:
        """Deletes a pod without grace; harmless where it is gone."""

    async def delete_all(self, stack: str) -> None:
        """Deletes all pods with a stack's label, which an earlier process may have left."""


class KubernetesExecutor:
    """Stands where pods will be started."""

    def check(self, version: Version) -> None:
        """Raises `NotRunYet`, whatever the version."""
        raise _not_run_yet(version)

    async def prepare(self, version: Version) -> None:
        """Raises `NotRunYet`."""
        raise _not_run_yet(version)

    async def start(self, plan: Plan) -> Environment:
        """Raises `NotRunYet`."""
        raise _not_run_yet(plan.version)

    async def close(self) -> None:
        """Nothing runs."""


def _not_run_yet(version: Version) -> NotRunYet:
    return NotRunYet(
        f"Function {version.function.name} cannot run: the executor kubernetes starts no pods yet.",
        hint="Choose HOMEPORT_FUNCTIONS_EXECUTOR=process, or docker.",
    )
