"""A machine on which processes start, answer and end as a test says."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from homeport import errors
from homeport.clock import VirtualClock
from homeport.targets.local.component import Component
from homeport.targets.local.runner import Limits

NOBODY = 2**22
"""No process has this number or a higher one, so nobody's memory is taken for a fake one's.
https://man7.org/linux/man-pages/man5/proc_sys_kernel.5.html (pid_max)"""


@dataclass
class FakeProcess:
    pid: int
    said: str = ""
    heeds: bool = True
    """Whether it ends when asked to."""
    signals: list[str] = field(default_factory=list)
    code: asyncio.Future[int] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )

    async def wait(self) -> int:
        return await self.code

    def terminate(self) -> None:
        self.signals.append("terminate")
        if self.heeds:
            self.end(0)

    def kill(self) -> None:
        self.signals.append("kill")
        self.end(-9)

    def reopen_log(self) -> None:
        self.signals.append("reopen")

    def complaint(self) -> str:
        return self.said

    def end(self, code: int) -> None:
        if not self.code.done():
            self.code.set_result(code)


@dataclass
class Machine:
    """Launches and answers for all components."""

    processes: dict[str, list[FakeProcess]] = field(default_factory=dict)
    answering: set[str] = field(default_factory=set)
    heeds: bool = True
    refuses: str = ""

    async def launch(self, wanted: Component) -> FakeProcess:
        await asyncio.sleep(0)
        if self.refuses:
            raise errors.HomeportError(self.refuses)
        made = self.processes.setdefault(wanted.name, [])
        made.append(FakeProcess(NOBODY + len(made), heeds=self.heeds))
        return made[-1]

    async def is_ready(self, asked: Component) -> bool:
        return asked.name in self.answering

    limits = Limits(start_s=30, stop_s=10)

    def component(self, name: str, folder: Path = Path("/nowhere"), **changes) -> Component:
        given = {
            "name": name,
            "command": ("false",),
            "environment": {},
            "log": folder / f"{name}.log",
            "url": f"http://localhost/{name}",
            "host": "127.0.0.1",
            "port": 1,
            "health": "/",
            "ca": None,
            "memory": 100 * 2**20,
        }
        return Component(**(given | changes))

    def last(self, name: str) -> FakeProcess:
        return self.processes[name][-1]


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()
