"""Runs functions as containers of a Docker-compatible engine."""

from __future__ import annotations

import asyncio
import contextlib
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

from homeport.aws.lambda_.executors import commands
from homeport.aws.lambda_.executors.base import Plan
from homeport.aws.lambda_.executors.docker import containers
from homeport.aws.lambda_.executors.docker.engine import Engine, EngineError
from homeport.aws.lambda_.executors.docker.environment import DockerEnvironment
from homeport.aws.lambda_.executors.docker.pulling import Pulling
from homeport.aws.lambda_.images import manifest
from homeport.aws.lambda_.images.place import Place
from homeport.aws.lambda_.model import Version
from homeport.clock import Clock


class DockerExecutor:
    """Starts a container for each environment."""

    def __init__(self, clock: Clock, socket: str, stack: str, place: Place | None = None) -> None:
        """`stack` tells the containers of this stack from those of others on the same engine; `place` is its registry."""
        self._clock = clock
        self._engine = Engine(socket)
        self._stack = stack
        self._pulling = Pulling(self._engine, place)
        self._environments: dict[str, DockerEnvironment] = {}
        self._folder: Path | None = None
        self._ready: asyncio.Task[containers.Engine] | None = None
        self._clearing: set[asyncio.Task[None]] = set()

    def check(self, version: Version) -> None:
        """Raises `MissingRuntime` where there is no image for a version."""
        self._pulling.name(version)

    async def prepare(self, version: Version) -> None:
        """Lets the engine pull the image of a version. Raises `MissingRuntime` and `StartFailed`."""
        await self._pulling.ready(version)

    async def start(self, plan: Plan) -> DockerEnvironment:
        """Starts an environment. Raises `MissingRuntime` and `StartFailed`."""
        engine = await self._prepared()
        image = await self._pulling.ready(plan.version)
        own = manifest.settings(image.get("Config") or {}).environment
        layers = await self._layers(plan)
        body = containers.container(
            plan, commands.command(plan), image["Id"], own, layers, engine, self._stack
        )
        made = await self._engine.call(
            "POST", "/containers/create", {"name": f"homeport-{plan.id}"}, body
        )
        environment = DockerEnvironment(self._engine, plan, self._clock, made["Id"])
        self._environments[plan.id] = environment
        environment.ended.add_done_callback(lambda _: self._ended(plan.id, environment))
        try:
            await environment.run()
        except BaseException:
            await environment.stop()
            raise
        return environment

    async def close(self) -> None:
        """Removes all containers of this process."""
        await asyncio.gather(*(each.stop() for each in list(self._environments.values())))
        await asyncio.gather(*self._clearing)
        if self._folder is not None:
            await asyncio.to_thread(shutil.rmtree, self._folder, ignore_errors=True)

    async def _prepared(self) -> containers.Engine:
        """What the engine is. What an earlier process of this stack left is removed before the first start."""
        task = self._ready
        if task is None or (task.done() and task.exception() is not None):
            task = self._ready = asyncio.ensure_future(self._prepare())
        return await asyncio.shield(task)

    async def _prepare(self) -> containers.Engine:
        wanted = json.dumps({"label": [f"{containers.LABEL}={self._stack}"]})
        found: list[dict[str, Any]] = await self._engine.call(
            "GET", "/containers/json", {"all": "1", "filters": wanted}
        )
        for each in found:
            with contextlib.suppress(EngineError):  # somebody else has just removed it
                await self._engine.call(
                    "DELETE", f"/containers/{each['Id']}", {"force": "1", "v": "1"}
                )
        told = await self._engine.call("GET", "/info")
        parts = (await self._engine.call("GET", "/version")).get("Components") or []
        is_podman = any(part.get("Name") == "Podman Engine" for part in parts)
        return containers.Engine(int(told.get("NCPU") or 1), is_podman)

    async def _layers(self, plan: Plan) -> Path | None:
        """What `/opt` is: a layer as it is, or a copy of several over each other, which no engine has a mount for."""
        layers = plan.code.layers
        if len(layers) < 2:
            return layers[0] if layers else None
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="homeport-layers-"))
            self._folder.chmod(0o711)
        target = self._folder / plan.id
        await asyncio.to_thread(_merge, layers, target)
        return target

    def _ended(self, name: str, environment: DockerEnvironment) -> None:
        self._environments.pop(name, None)
        task = asyncio.ensure_future(self._clear(name, environment))
        self._clearing.add(task)
        task.add_done_callback(self._clearing.discard)

    async def _clear(self, name: str, environment: DockerEnvironment) -> None:
        await environment.stop()
        if self._folder is not None:
            await asyncio.to_thread(shutil.rmtree, self._folder / name, ignore_errors=True)


def _merge(layers: tuple[Path, ...], target: Path) -> None:
    for layer in layers:
        shutil.copytree(layer, target, symlinks=True, dirs_exist_ok=True)
