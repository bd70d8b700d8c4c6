"""One environment that runs as processes of this machine."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from collections.abc import Callable
from typing import NamedTuple

from homeport.aws.lambda_.executors.base import Exit, Plan, StartFailed
from homeport.aws.lambda_.executors.process.launcher import init, spec
from homeport.aws.lambda_.executors.process.peers import Address, Peers, below, holds
from homeport.clock import Clock, Timer

_PIECE = 65_536
"""The size of a pipe: https://man7.org/linux/man-pages/man7/pipe.7.html"""
_PIECES_AT_ONCE = 32
_PAUSE_S = 0.02
"""How long a full reader is left alone before it is asked again."""
_WATCH_AFTER_S = 0.02
"""An invocation that is shorter cannot fill more than what is looked at next."""
_FREEZE_AFTER_S = 1.0
"""AWS freezes an environment between invocations. A moment's grace keeps that out of the way of traffic.
https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html"""
_PATIENCE_S = 5.0
"""How long an environment may take to end by itself before it is ended from outside."""


class Outside(NamedTuple):
    """What an environment needs of its executor."""

    kill: Callable[[], None]
    peers: Peers
    uid: int
    """The user that no other environment has; 0 where it is this one."""
    is_namespaced: bool
    """Whether all its processes end with the first one."""


class ProcessEnvironment:
    """Speaks with the first process of an environment, and reads what the function writes."""

    def __init__(
        self,
        plan: Plan,
        clock: Clock,
        control: socket.socket,
        output: int,
        outside: Outside,
    ) -> None:
        loop = asyncio.get_running_loop()
        self.ended: asyncio.Future[Exit] = loop.create_future()
        self._plan = plan
        self._clock = clock
        self._control = control
        self._output = output
        self._outside = outside
        self._started: asyncio.Future[None] = loop.create_future()
        self._lines = b""
        self._exit = Exit(None)
        self._peak_kb = 0
        self._pid = 0
        self._status = -1
        self._is_watched, self._is_frozen = True, False
        self._timer: Timer | None = None
        self._pause: Timer | None = None
        loop.add_reader(control.fileno(), self._listen)
        self._read_on()

    async def begin_life(self, wanted: spec.Spec) -> None:
        """Sends what it is to be, and waits until its command runs."""
        loop = asyncio.get_running_loop()
        sending = asyncio.ensure_future(loop.sock_sendall(self._control, spec.encoded(wanted)))
        try:
            await asyncio.wait({sending, self._started}, return_when=asyncio.FIRST_EXCEPTION)
            if sending.done():
                sending.result()
            await self._started
        except OSError as error:
            raise StartFailed(
                f"Environment {self._plan.id} ended at its start: {error}."
            ) from error
        finally:
            sending.cancel()  # where it ended before it had read all

    def peak_memory_mb(self) -> int:
        """The most that its processes used together whenever it was looked at, or that the runtime ever used.

        AWS tells no more than the function has.
        """
        peak = max(self._peak_kb, self._runtime_kb()) // 1024
        return min(peak, self._plan.version.memory_mb)

    def owns(self, peer: Address, ours: Address) -> bool:
        """Whether a connection to us was made by one of its processes, and not by another program that found the port."""
        holder = self._outside.peers.holder(peer, ours)
        if holder is None:
            return True
        if self._outside.uid:
            return holder.uid == self._outside.uid
        return any(holds(pid, holder.inode) for pid in below(self._pid))

    def begin(self, deadline: float) -> None:  # noqa: ARG002 - time limits are kept by who invokes
        """An invocation begins. Memory is watched when it takes longer than a moment."""
        self._cancel_timer()
        if self._is_frozen:
            self._is_frozen = False
            self._order(init.THAW)
        if not self._is_watched:
            self._timer = self._clock.call_at(self._clock.now() + _WATCH_AFTER_S, self._watch)

    def finish(self) -> None:
        """The invocation has ended; all that it wrote has been handed on when this returns. The environment is frozen soon."""
        self._read()
        self._cancel_timer()
        self._timer = self._clock.call_at(self._clock.now() + _FREEZE_AFTER_S, self._freeze)

    async def stop(self) -> None:
        """Ends all its processes.

        In a namespace the kernel does that: a first process that has a thousand others beside it may not get its turn for seconds.
        """
        if self.ended.done():
            return
        if self._outside.is_namespaced:
            self._outside.kill()
        with contextlib.suppress(OSError):  # it has just ended by itself
            self._control.shutdown(socket.SHUT_WR)
        last_resort = self._clock.call_at(self._clock.now() + _PATIENCE_S, self._outside.kill)
        await asyncio.shield(self.ended)
        last_resort.cancel()

    def has_pid(self, pid: int) -> None:
        """Its first process, as this one sees it."""
        self._pid = pid

    def gone(self) -> None:
        """Nothing is left of it; called once, by the launcher's word."""
        self._listen_to_the_end()
        self._read_to_the_end()
        self._cancel_timer()
        if self._pause is not None:
            self._pause.cancel()
        loop = asyncio.get_running_loop()
        loop.remove_reader(self._control.fileno())
        loop.remove_reader(self._output)
        self._control.close()
        os.close(self._output)
        if self._status >= 0:
            os.close(self._status)
        self._output, self._status, self._pid = -1, -1, 0
        self._fail("ended before it ran")
        if not self.ended.done():
            self.ended.set_result(self._exit)

    # What its first process says

    def _listen(self) -> None:
        try:
            data = self._control.recv(_PIECE)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            data = b""
        if not data:
            asyncio.get_running_loop().remove_reader(self._control.fileno())
            return
        *lines, self._lines = (self._lines + data).split(b"\n")
        for line in lines:
            word, _, rest = line.decode(errors="replace").partition(" ")
            self._hear(word, rest)

    def _listen_to_the_end(self) -> None:
        with contextlib.suppress(OSError):  # there is no more
            while data := self._control.recv(_PIECE):
                self._lines += data
        for line in self._lines.split(b"\n"):
            word, _, rest = line.decode(errors="replace").partition(" ")
            self._hear(word, rest)
        self._lines = b""

    def _hear(self, word: str, rest: str) -> None:
        if word in ("started", "entry") and not self._started.done():
            self._started.set_result(None)
        if word == "failed":
            self._fail(rest)
        elif word == "entry":
            self._exit = Exit(1, error_type="Runtime.InvalidEntrypoint", message=rest)
        elif word == "memory":
            self._peak_kb = max(self._peak_kb, int(rest))
        elif word == "oom":
            self._peak_kb = max(self._peak_kb, self._plan.version.memory_mb * 1024)
            self._exit = Exit(None, 9, is_out_of_memory=True)
        elif word == "ended" and self._exit == Exit(None):
            status, signal = map(int, rest.split())
            self._exit = Exit(None, signal) if signal else Exit(status)

    def _fail(self, why: str) -> None:
        if not self._started.done():
            self._started.set_exception(StartFailed(f"Environment {self._plan.id}: {why}."))
            self._started.exception()  # nobody may be waiting for it

    # What it is told

    def _order(self, order: bytes) -> None:
        with contextlib.suppress(OSError):  # it has just ended
            self._control.send(order)

    def _watch(self) -> None:
        self._timer = None
        self._is_watched = True
        self._order(init.WATCH)

    def _freeze(self) -> None:
        self._timer = None
        self._is_watched, self._is_frozen = False, True
        self._order(init.FREEZE)

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    # What it writes

    def _read(self) -> None:
        """Hands on what it has written; stops where the reader is full or a fast writer would hold this process up."""
        for _ in range(_PIECES_AT_ONCE):
            if self._output < 0:
                return
            if self._plan.is_full():
                self._read_later()
                return
            try:
                data = os.read(self._output, _PIECE)
            except (BlockingIOError, InterruptedError):
                return
            if not data:
                asyncio.get_running_loop().remove_reader(self._output)
                return
            self._plan.output(data)

    def _read_to_the_end(self) -> None:
        """Hands on what the pipe still holds; that is little, so nobody is asked whether it may come."""
        with contextlib.suppress(OSError):  # there is no more
            for _ in range(_PIECES_AT_ONCE):
                if data := os.read(self._output, _PIECE):
                    self._plan.output(data)

    def _read_later(self) -> None:
        asyncio.get_running_loop().remove_reader(self._output)
        if self._pause is None:
            self._pause = self._clock.call_at(self._clock.now() + _PAUSE_S, self._read_on)

    def _read_on(self) -> None:
        self._pause = None
        if self._plan.is_full():
            self._pause = self._clock.call_at(self._clock.now() + _PAUSE_S, self._read_on)
        else:
            asyncio.get_running_loop().add_reader(self._output, self._read)

    def _runtime_kb(self) -> int:
        """The most that the runtime itself ever used. https://man7.org/linux/man-pages/man5/proc_pid_status.5.html"""
        try:
            if self._status < 0:
                path = f"/proc/{next(below(self._pid))}/status"
                self._status = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
            status = os.pread(self._status, 4096, 0)
            return int(status.partition(b"VmHWM:")[2].split(maxsplit=1)[0])
        except (OSError, IndexError, ValueError, StopIteration):
            return 0  # it has ended
