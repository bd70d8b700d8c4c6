"""Runs functions as processes of this machine."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import shutil
import socket
from dataclasses import dataclass
from pathlib import Path

from homeport.aws.lambda_.code.objects import NoImage
from homeport.aws.lambda_.executors.base import MissingRuntime, Plan, StartFailed
from homeport.aws.lambda_.executors.process import image_rooms, launching, rooms, scratch
from homeport.aws.lambda_.executors.process.environment import Outside, ProcessEnvironment
from homeport.aws.lambda_.executors.process.launcher.spec import Spec
from homeport.aws.lambda_.executors.process.peers import Peers
from homeport.aws.lambda_.executors.process.users import Users
from homeport.aws.lambda_.images.errors import BadImage, Unreachable
from homeport.aws.lambda_.images.images import Images, Root
from homeport.aws.lambda_.model import Image, Version
from homeport.aws.lambda_.runtimes import interpreters
from homeport.aws.lambda_.runtimes.base import Places
from homeport.aws.lambda_.runtimes.managed import Runtimes
from homeport.clock import Clock

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Held:
    """What an environment has for itself until it has ended."""

    room: Path
    uid: int
    root: Root | None = None


class ProcessExecutor:
    """Starts environments through the launcher, which it starts with the first of them."""

    def __init__(
        self, clock: Clock, *, is_isolated: bool = True, images: Images | None = None
    ) -> None:
        """`is_isolated` false does without namespaces even where they are."""
        self._clock = clock
        self._scratch: scratch.Scratch | None = None
        self._is_isolated = is_isolated
        self._images = images
        self._runtimes = Runtimes()
        self._users = Users()
        self._peers = Peers()
        self._launcher: asyncio.Task[launching.Launcher] | None = None
        self._environments: dict[str, ProcessEnvironment] = {}
        self._clearing: set[asyncio.Task[None]] = set()
        self._has_warned = False

    def check(self, version: Version) -> None:
        """Raises `MissingRuntime` where a version cannot run here."""
        if version.image is None or self._images is None:
            self._runtimes.check(version)

    async def prepare(self, version: Version) -> None:
        """Pulls the image of a version, where it is one. Raises `StartFailed`."""
        if version.image is not None and self._images is not None:
            self._images.give(await _pulled(self._images, version.image, version.architecture))

    async def start(self, plan: Plan) -> ProcessEnvironment:
        """Starts an environment. Raises `MissingRuntime` and `StartFailed`."""
        launcher = await self._launched()
        isolation = await launcher.isolation()
        held = _Held(self._folder / "rooms" / plan.id, self._users.take())
        try:
            spec = await self._spec(plan, held, isolation)
            environment = self._connect(plan, launcher, held.uid, isolation)
        except OSError as error:  # no room in the temporary folder, no more descriptors
            await self._clear(held)
            raise StartFailed(f"Environment {plan.id} could not be made: {error}.") from error
        except BaseException:
            await self._clear(held)
            raise
        self._environments[plan.id] = environment
        environment.ended.add_done_callback(lambda _: self._ended(plan.id, held))
        try:
            await environment.begin_life(spec)
        except BaseException:
            await environment.stop()
            raise
        return environment

    async def close(self) -> None:
        """Ends all environments that still run, and the launcher."""
        await asyncio.gather(*(each.stop() for each in list(self._environments.values())))
        if self._launcher is not None:
            with contextlib.suppress(StartFailed):  # then it is not there to be ended
                await (await self._launcher).close()
            self._launcher = None
        await asyncio.gather(*self._clearing)
        self._peers.close()
        if self._scratch is not None:
            await asyncio.to_thread(self._scratch.remove)
            self._scratch = None

    @property
    def _folder(self) -> Path:
        if self._scratch is None:
            raise StartFailed("Functions have no folder to run in: this executor was closed.")
        return self._scratch.path

    async def _launched(self) -> launching.Launcher:
        """The launcher; those who ask while it starts wait for the same one."""
        task = self._launcher
        if task is not None and task.done() and (task.exception() or not task.result().is_running):
            task = None
        if task is None:
            task = self._launcher = asyncio.ensure_future(self._launch())
        return await asyncio.shield(task)

    async def _launch(self) -> launching.Launcher:
        if self._scratch is None:
            try:
                self._scratch = await asyncio.to_thread(scratch.made)
            except OSError as error:
                raise StartFailed(f"Functions have no folder to run in: {error}.") from error
        return await launching.launch(self._folder, is_isolated=self._is_isolated)

    async def _spec(self, plan: Plan, held: _Held, isolation: launching.Isolation) -> Spec:
        image, images = plan.version.image, self._images
        if image is not None and images is not None:
            if not isolation.has_namespaces:
                raise _no_root(plan.version, isolation.why)
            held.root = await _pulled(images, image, plan.version.architecture)
            return image_rooms.shut(plan, image, held.root, self._folder / "root", held.uid)
        await self._runtimes.prepare(plan.version, self._folder)
        if isolation.has_namespaces:
            return await self._shut(plan, held.room, held.uid, has_overlay=isolation.has_overlay)
        self._warn(isolation.why)
        return await self._open(plan, held.room, held.uid)

    async def _shut(self, plan: Plan, room: Path, uid: int, *, has_overlay: bool) -> Spec:
        run = self._runtimes.run(plan.version, plan.code, Places())
        layers = [str(layer) for layer in plan.code.layers]
        if len(layers) > 1 and not has_overlay:
            await asyncio.to_thread(rooms.merge, plan.code.layers, room / "opt")
            layers = [str(room / "opt")]
        return rooms.shut(plan, run, self._folder / "root", layers, uid)

    async def _open(self, plan: Plan, room: Path, uid: int) -> Spec:
        places = rooms.places_outside(room, plan, has_copy=bool(uid))
        run = self._runtimes.run(plan.version, plan.code, places)
        if uid and run.binaries and (closed := interpreters.closed_folder(Path(run.binaries, "x"))):
            raise StartFailed(
                f"Function {plan.version.function.name} would run by {run.command[0]}, in {closed}, which no other user may enter.",
                hint="Install it for all users (apt-get), or run where the kernel has namespaces for functions.",
            )
        await asyncio.to_thread(rooms.furnish, room, plan, run, uid)
        return rooms.open_(plan, run, places, uid)

    def _connect(
        self,
        plan: Plan,
        launcher: launching.Launcher,
        uid: int,
        isolation: launching.Isolation,
    ) -> ProcessEnvironment:
        ours, theirs = socket.socketpair()
        try:
            output, writes = os.pipe()
        except OSError:
            ours.close()
            theirs.close()
            raise
        os.set_blocking(output, False)
        ours.settimeout(0)
        outside = Outside(
            lambda: launcher.kill(plan.id), self._peers, uid, isolation.has_namespaces
        )
        environment = ProcessEnvironment(plan, self._clock, ours, output, outside)
        try:
            launcher.start(plan.id, writes, theirs.fileno(), environment)
        except StartFailed:
            environment.gone()
            raise
        finally:
            os.close(writes)
            theirs.close()
        return environment

    def _ended(self, name: str, held: _Held) -> None:
        self._environments.pop(name, None)
        task = asyncio.ensure_future(self._clear(held))
        self._clearing.add(task)
        task.add_done_callback(self._clearing.discard)

    async def _clear(self, held: _Held) -> None:
        if await asyncio.to_thread(held.room.exists):
            await asyncio.to_thread(shutil.rmtree, held.room, ignore_errors=True)
        if held.root is not None and self._images is not None:
            self._images.give(held.root)
        self._users.give_back(held.uid)

    def _warn(self, why: str) -> None:
        if self._has_warned:
            return
        self._has_warned = True
        user = "another user" if self._users.are_there else "this user, who can read what you can"
        _log.warning(
            "This kernel gives functions no namespaces (%s). They run as processes of %s: they see this machine's files and "
            "processes, and their temporary folder has no limit.",
            why,
            user,
        )


async def _pulled(images: Images, image: Image, architecture: str) -> Root:
    try:
        return await images.take(image, architecture)
    except (NoImage, BadImage, Unreachable) as error:
        raise StartFailed(
            f"The image {image.uri} cannot be run: {error.what}", hint=error.hint
        ) from error


def _no_root(version: Version, why: str) -> MissingRuntime:
    return MissingRuntime(
        f"Function {version.function.name} is a container image, and this kernel gives functions no root of their own ({why}).",
        hint="Choose the executor docker (HOMEPORT_FUNCTIONS_EXECUTOR=docker), or publish the function as a zip.",
    )
