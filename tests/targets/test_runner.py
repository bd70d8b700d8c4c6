import pytest

from homeport.clock import settle
from homeport.targets.local import runner as runners
from homeport.targets.local.lifecycle import Event, State


@pytest.fixture
async def runner(machine, clock):
    return runners.Runner(
        machine.component("a"), machine, machine, clock, machine.limits, lambda: None
    )


async def ready(runner, machine, clock):
    machine.answering.add("a")
    runner.handle(Event.START)
    await clock.advance(0.1)
    assert runner.state is State.READY


async def test_it_is_ready_when_it_answers(runner, machine, clock):
    runner.handle(Event.START)
    await clock.advance(5)
    assert runner.state is State.STARTING
    machine.answering.add("a")
    await clock.advance(0.02)
    assert runner.state is State.READY
    assert runner.since == pytest.approx(clock.now(), abs=0.02)


async def test_it_is_started_again_after_a_pause_that_grows(runner, machine, clock):
    await ready(runner, machine, clock)
    for pause in (0.1, 0.2, 0.4, 0.8):
        machine.last("a").end(-9)
        await settle()
        assert runner.state is State.RESTARTING
        assert "ended by SIGKILL" in runner.problem
        count = len(machine.processes["a"])
        await clock.advance(pause - 0.01)
        assert len(machine.processes["a"]) == count
        await clock.advance(0.02)
        assert runner.state is State.READY
        assert len(machine.processes["a"]) == count + 1
    assert runner.restarts == 4


async def test_the_pause_is_short_again_after_a_minute_without_a_fault(runner, machine, clock):
    await ready(runner, machine, clock)
    for _ in range(5):
        machine.last("a").end(1)
        await clock.advance(3)
    await clock.advance(61)
    machine.last("a").end(1)
    await clock.advance(0.12)
    assert runner.state is State.READY


async def test_one_that_was_ready_once_is_never_given_up(runner, machine, clock):
    await ready(runner, machine, clock)
    machine.answering.clear()
    machine.last("a").end(1)
    for _ in range(20):
        await clock.advance(30)
        if runner.process is not None:
            machine.last("a").end(1)
        await settle()
        assert runner.state in (State.RESTARTING, State.STARTING)
    assert runner.restarts > 10


async def test_one_that_ends_with_1_before_it_was_ever_ready_has_failed(runner, machine, clock):
    runner.handle(Event.START)
    await settle()
    machine.last("a").said = "Port 5000 is in use.\n  Choose another."
    machine.last("a").end(1)
    await clock.advance(60)
    assert runner.state is State.FAILED
    assert runner.problem == "Port 5000 is in use.\n  Choose another."
    assert len(machine.processes["a"]) == 1


async def test_one_that_crashes_at_the_start_is_tried_three_times(runner, machine, clock):
    runner.handle(Event.START)
    for _ in range(3):
        await settle()
        machine.last("a").end(-11)
        await clock.advance(0.5)
    assert runner.state is State.FAILED
    assert len(machine.processes["a"]) == 3
    assert "SIGSEGV" in runner.problem


async def test_one_that_does_not_answer_in_time_is_ended_by_force(runner, machine, clock):
    machine.heeds = False
    runner.handle(Event.START)
    await clock.advance(29)
    assert runner.state is State.STARTING
    await clock.advance(2)
    assert machine.last("a").signals == ["kill"]
    assert runner.state is State.FAILED
    assert "did not answer on http://localhost/a within 30 s" in runner.problem


async def test_one_that_cannot_be_launched_has_failed(runner, machine, clock):
    machine.refuses = "no more processes"
    runner.handle(Event.START)
    await settle()
    assert (runner.state, runner.problem) == (State.FAILED, "no more processes")


async def test_a_later_launch_that_fails_is_tried_again(runner, machine, clock):
    await ready(runner, machine, clock)
    machine.refuses = "no more processes"
    machine.last("a").end(-9)
    await clock.advance(5)
    assert runner.state in (State.RESTARTING, State.STARTING)
    machine.refuses = ""
    await clock.advance(60)
    assert runner.state is State.READY


async def test_stop_asks_first_and_forces_after_the_deadline(runner, machine, clock):
    machine.heeds = False
    await ready(runner, machine, clock)
    runner.handle(Event.STOP)
    await clock.advance(9.9)
    assert (runner.state, machine.last("a").signals) == (State.STOPPING, ["terminate"])
    await clock.advance(0.2)
    assert (runner.state, machine.last("a").signals) == (State.STOPPED, ["terminate", "kill"])


async def test_a_second_stop_forces_at_once(runner, machine, clock):
    machine.heeds = False
    await ready(runner, machine, clock)
    runner.handle(Event.STOP)
    runner.handle(Event.STOP)
    await settle()
    assert runner.state is State.STOPPED


async def test_a_stop_while_it_is_launched(runner, machine, clock):
    runner.handle(Event.START)
    runner.handle(Event.STOP)
    await settle()
    assert (runner.state, machine.last("a").signals) == (State.STOPPED, ["terminate"])


async def test_a_stop_during_the_pause_starts_nothing_more(runner, machine, clock):
    await ready(runner, machine, clock)
    machine.last("a").end(-9)
    await settle()
    runner.handle(Event.STOP)
    await clock.advance(60)
    assert (runner.state, len(machine.processes["a"])) == (State.STOPPED, 1)


async def test_one_that_takes_too_much_memory_is_started_anew(runner, machine, clock):
    await ready(runner, machine, clock)
    runner.watch_memory(100 * 2**20)
    runner.watch_memory(None)
    assert runner.state is State.READY
    runner.watch_memory(100 * 2**20 + 2**20)
    assert runner.state is State.RENEWING
    assert "took 101 MiB of memory; 100 MiB are allowed" in runner.problem
    await clock.advance(0.1)
    assert (runner.state, runner.restarts) == (State.READY, 1)
    assert machine.processes["a"][0].signals == ["terminate"]


async def test_a_stop_while_it_is_renewed_keeps_its_deadline(runner, machine, clock):
    machine.heeds = False
    await ready(runner, machine, clock)
    runner.watch_memory(2**40)
    await clock.advance(6)
    runner.handle(Event.STOP)
    await clock.advance(4.1)
    assert (runner.state, machine.last("a").signals) == (State.STOPPED, ["terminate", "kill"])
    assert len(machine.processes["a"]) == 1


async def test_a_late_answer_changes_nothing(runner, machine, clock):
    await ready(runner, machine, clock)
    runner.handle(Event.STOP)
    await settle()
    runner.handle(Event.ANSWERED)
    assert runner.state is State.STOPPED


async def test_the_setting_that_is_named_is_that_of_its_table(machine, clock):
    its = runners.Runner(
        machine.component("registry-ui", table="ui"),
        machine,
        machine,
        clock,
        machine.limits,
        lambda: None,
    )
    machine.answering.add("registry-ui")
    its.handle(Event.START)
    await clock.advance(0.1)
    its.watch_memory(2**40)
    assert "ui.memory in homeport.toml allows more" in its.problem
    its.handle(Event.STOP)
    await clock.advance(0.1)
