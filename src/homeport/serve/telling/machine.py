"""A stack on this machine, as the console shows it: from what its supervisor says, and from its own files."""

from __future__ import annotations

import asyncio
import importlib
import logging
from pathlib import Path
from typing import Protocol

from homeport import clock
from homeport.console.stack import view
from homeport.net import files
from homeport.net.dns import asking
from homeport.serve.telling import names
from homeport.stack import folders, settings
from homeport.stack.version import VERSION
from homeport.targets.local import control, memory, status

logger = logging.getLogger(__name__)


class Checking(Protocol):
    """What the module of checks has. It is loaded when somebody asks: it brings clients and cryptography with it."""

    def unchecked(self) -> list[view.Finding]:
        """The rules, before anybody has checked them."""

    def check(self, chosen: settings.Settings, time: clock.Clock) -> list[view.Finding]:
        """Checks all that can be checked without a restart. Takes seconds."""


class Certificates(Protocol):
    """What the module of certificates has."""

    def read(self, component: str, path: Path) -> view.Certificate:
        """A certificate in a file."""


class Machine:
    """A `view.Stack`."""

    target = settings.LOCAL

    def __init__(self, chosen: settings.Settings, time: clock.Clock) -> None:
        self._chosen = chosen
        self._where = folders.of(chosen)
        self._clock = time
        self._findings: list[view.Finding] = []
        self._checked: float | None = None
        self._checking: asyncio.Task[None] | None = None

    async def components(self) -> list[view.Component]:
        """Those that the supervisor has."""
        report = control.report(self._where)
        return [_component(row) for row in report.rows] if report is not None else []

    def checks(self) -> view.Checks:
        """As they were last checked."""
        if not self._findings:
            self._findings = _checking().unchecked()
        is_checking = self._checking is not None and not self._checking.done()
        return view.Checks(tuple(self._findings), self._checked, is_checking)

    async def check(self) -> None:
        """Begins to check, where nobody does yet."""
        if self._checking is None or self._checking.done():
            self._checking = asyncio.create_task(self._check())

    async def _check(self) -> None:
        try:
            self._findings = await asyncio.to_thread(_checking().check, self._chosen, self._clock)
            self._checked = self._clock.now()
        except Exception:  # what a rule could not do is its finding; this is a fault of ours
            logger.exception("The rules could not be checked")
            raise

    async def certificates(self) -> list[view.Certificate]:
        """The CA, and what each component shows."""
        return await asyncio.to_thread(self._certificates)

    def _certificates(self) -> list[view.Certificate]:
        module: Certificates = importlib.import_module("homeport.serve.telling.certificates")
        common, own = folders.certificate(self._chosen), folders.registry_certificate(self._chosen)
        found = [] if self._authority() is None else [module.read("CA", self._ca)]
        found.append(module.read("All components", common.certificate))
        if own.certificate != common.certificate:
            found.append(module.read("registry", own.certificate))
        return found

    async def records(self, *, is_looking: bool) -> list[view.Record]:
        """The names of the data model."""
        wanted = names.records(self._chosen.hosts, has_ui=self._chosen.ui.enabled)
        if not is_looking:
            return wanted
        here = names.own_addresses(self._chosen)
        return await asyncio.gather(*(asyncio.to_thread(_looked, one, here) for one in wanted))

    async def ca(self) -> bytes | None:
        """The data folder's CA."""
        return self._authority()

    @property
    def _ca(self) -> Path:
        return files.ca(self._where.certificates).certificate

    def _authority(self) -> bytes | None:
        is_own = self._chosen.tls.certificate is not None
        return None if is_own or not self._ca.exists() else self._ca.read_bytes()

    async def close(self) -> None:
        """A check that is under way ends with the process."""
        if self._checking is not None:
            self._checking.cancel()


def _checking() -> Checking:
    module: Checking = importlib.import_module("homeport.serve.telling.checks")
    return module


def _component(row: status.Row) -> view.Component:
    resident = memory.resident(row.pid) if row.pid is not None else None
    return view.Component(
        row.name,
        row.state.value,
        row.url,
        row.since,
        row.restarts,
        resident,
        row.memory_limit,
        row.problem,
        VERSION,
    )


def _looked(record: view.Record, here: frozenset[str]) -> view.Record:
    return names.judged(record, asking.machine(record.name), here)
