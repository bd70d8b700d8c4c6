"""The images of functions in an engine: AWS's own for runtimes, and those of the stack's registry.

https://docs.docker.com/reference/api/engine/version/v1.47/#tag/Image/operation/ImageCreate
"""

from __future__ import annotations

import asyncio
import base64
import json
from typing import Any

from homeport.aws.lambda_.executors import runtime_images
from homeport.aws.lambda_.executors.base import MissingRuntime, StartFailed
from homeport.aws.lambda_.executors.docker.engine import Engine, EngineError
from homeport.aws.lambda_.images.place import Place
from homeport.aws.lambda_.model import Image, Version

_NOT_FOUND = 404
_PLATFORMS = {"x86_64": "linux/amd64", "arm64": "linux/arm64"}


class Pulling:
    """Sees to it that an engine has the image of a version."""

    def __init__(self, engine: Engine, place: Place | None) -> None:
        """`place` is the stack's registry; None where images of functions cannot be run."""
        self._engine = engine
        self._place = place
        self._pulls: dict[str, asyncio.Task[None]] = {}

    def name(self, version: Version) -> str:
        """How the engine knows the image. Raises `MissingRuntime`."""
        if version.image is None:
            return runtime_images.of(version)
        if self._place is None:
            raise MissingRuntime(
                f"Function {version.function.name} is a container image, and there is no registry."
            )
        return self._of_place(self._place, version.image)

    def _of_place(self, place: Place, image: Image) -> str:
        return f"{place.address}/{place.name(image.uri).repository}@{image.digest}"

    async def ready(self, version: Version) -> dict[str, Any]:
        """What the engine says of the image, which is pulled where it has none. Raises `MissingRuntime` and `StartFailed`."""
        name = self.name(version)
        found = await self._found(name)
        if found is None:
            await self._pulled(name, version)
            found = await self._found(name)
        if found is None:
            raise StartFailed(f"The container engine has pulled {name} and has it not.")
        return found

    async def _found(self, name: str) -> dict[str, Any] | None:
        try:
            found: dict[str, Any] = await self._engine.call("GET", f"/images/{name}/json")
        except EngineError as error:
            if error.status != _NOT_FOUND:
                raise
            return None
        return found

    async def _pulled(self, name: str, version: Version) -> None:
        """One pull for all who ask."""
        task = self._pulls.get(name)
        if task is None:
            task = self._pulls[name] = asyncio.ensure_future(self._pull(name, version))
            task.add_done_callback(lambda _: self._pulls.pop(name, None))
        await asyncio.shield(task)

    async def _pull(self, name: str, version: Version) -> None:
        query = {"fromImage": name, "platform": _PLATFORMS.get(version.architecture, "")}
        headers = {} if version.image is None else self._credentials()
        try:
            async with self._engine.stream("POST", "/images/create", query, headers) as pieces:
                failed = _failure(b"".join([piece async for piece in pieces]))
        except EngineError as error:
            failed = error.what
        if failed:
            kind = MissingRuntime if version.image is None else StartFailed
            raise kind(
                f"Function {version.function.name} needs the image {name}, which the container engine could not pull: {failed}",
                hint=f"Pull it by hand (docker pull {name}), or see whether it is there.",
            )

    def _credentials(self) -> dict[str, str]:
        """https://docs.docker.com/reference/api/engine/version/v1.47/#section/Authentication"""
        place = self._place
        if place is None or not place.user:
            return {}
        try:
            password = place.password.read_text().rstrip("\n")
        except OSError as error:
            raise StartFailed(f"The registry's password cannot be read: {error}.") from error
        told = {"username": place.user, "password": password, "serveraddress": place.address}
        return {"X-Registry-Auth": base64.urlsafe_b64encode(json.dumps(told).encode()).decode()}


def _failure(told: bytes) -> str:
    """Why a pull has failed, empty where it has not: the engine says so in its last lines, under a status of success."""
    for line in told.splitlines():
        try:
            said = json.loads(line)
        except ValueError:
            continue
        if isinstance(said, dict) and "error" in said:
            return str(said["error"])
    return ""
