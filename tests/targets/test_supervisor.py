import asyncio

import pytest

from homeport import errors
from homeport.clock import settle
from homeport.targets.local import memory, supervisor
from homeport.targets.local.lifecycle import State


class Stack:
    """A supervisor of two components, and what was seen of it."""

    def __init__(self, machine, clock, folder, **options):
        self.clock = clock
        self.machine = machine
        self.changes = []
        self.is_ready = False
        self.supervisor = supervisor.Supervisor(
            [machine.component("a", folder), machine.component("b", folder)],
            machine,
            machine,
            clock,
            machine.limits,
            on_change=lambda: self.changes.append(self.states()),
            **options,
        )
        self.running = asyncio.ensure_future(self.supervisor.run(self._ready))

    def _ready(self):
        self.is_ready = True

    def states(self):
        return [row.state for row in self.supervisor.rows()]

    async def start(self):
        self.machine.answering = {"a", "b"}
        await self.clock.advance(0.1)
        assert self.is_ready


@pytest.fixture
async def stack(machine, clock, tmp_path):
    made = Stack(machine, clock, tmp_path, log_size=100)
    yield made
    made.supervisor.stop()
    made.supervisor.stop()
    await asyncio.wait([made.running])


async def test_it_is_ready_when_all_are(stack, machine, clock):
    machine.answering = {"a"}
    await clock.advance(1)
    assert not stack.is_ready
    await stack.start()
    assert stack.changes[-1] == [State.READY, State.READY]


async def test_a_fault_of_one_does_not_touch_the_other(stack, machine, clock):
    await stack.start()
    machine.last("a").end(-11)
    await settle()
    assert stack.states() == [State.RESTARTING, State.READY]
    await clock.advance(1)
    assert stack.states() == [State.READY, State.READY]
    assert [row.restarts for row in stack.supervisor.rows()] == [1, 0]
    assert len(machine.processes["b"]) == 1


async def test_one_that_cannot_start_ends_all_with_its_error(stack, machine, clock):
    machine.answering = {"b"}
    await clock.advance(0.1)
    machine.last("a").said = "Port 5000 is in use."
    machine.last("a").end(1)
    await settle()
    with pytest.raises(errors.HomeportError, match="Port 5000 is in use"):
        await stack.running
    assert stack.states() == [State.FAILED, State.STOPPED]
    assert not stack.is_ready


async def test_it_ends_when_all_have_stopped(stack, machine, clock):
    machine.heeds = False
    await stack.start()
    stack.supervisor.stop()
    machine.last("a").end(0)
    await clock.advance(1)
    assert not stack.running.done()
    await clock.advance(10)
    assert stack.running.done()
    assert stack.states() == [State.STOPPED, State.STOPPED]


async def test_a_stop_before_it_is_ready(stack, machine, clock):
    await clock.advance(0.1)
    stack.supervisor.stop()
    await settle()
    assert stack.running.done()
    assert not stack.is_ready
    assert stack.states() == [State.STOPPED, State.STOPPED]


async def test_large_logs_are_set_aside_and_the_component_told(stack, machine, clock, tmp_path):
    await stack.start()
    (tmp_path / "a.log").write_text("x" * 101)
    (tmp_path / "b.log").write_text("x" * 100)
    await clock.advance(2)
    assert machine.last("a").signals == ["reopen"]
    assert machine.last("b").signals == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.log.1", "b.log"]


async def test_memory_is_watched(stack, machine, clock, monkeypatch):
    await stack.start()
    monkeypatch.setattr(memory, "used", lambda pid: 2**40)
    await clock.advance(2.5)
    assert [row.restarts for row in stack.supervisor.rows()] == [1, 1]


async def test_the_stack_goes_on_without_one_that_is_optional(machine, clock, tmp_path):
    made = Stack(machine, clock, tmp_path)
    made.supervisor.runners[0].component = machine.component("a", tmp_path, is_optional=True)
    machine.answering = {"b"}
    await clock.advance(0.1)
    machine.last("a").end(1)
    await settle()
    assert made.is_ready
    assert made.states() == [State.FAILED, State.READY]
    made.supervisor.stop()
    machine.last("b").end(0)
    await made.running
