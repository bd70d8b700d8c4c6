"""Finding and ending processes. Each test works in a fork of its own, which finds nobody but its own descendants."""

import os
import signal
import subprocess
import sys
import time

import pytest

from homeport.aws.lambda_.executors.process.launcher import processes, syscalls


def apart(act):
    """Runs `act` in a fork that takes orphans in, and gives what it gives."""
    reads, writes = os.pipe()
    pid = os.fork()
    if not pid:
        try:
            syscalls.prctl(syscalls.PR_SET_CHILD_SUBREAPER, 1)
            os.write(writes, repr(act()).encode())
        finally:
            os._exit(0)
    os.close(writes)
    answer = os.read(reads, 4096).decode()
    os.close(reads)
    os.waitpid(pid, 0)
    return eval(answer)


def sleeper(depth=0, *, is_daemon=False):
    """A process that sleeps, below others."""
    pid = os.fork()
    if pid:
        return pid
    if is_daemon:
        os.setsid()
        if os.fork():
            os._exit(0)
    if depth:
        sleeper(depth - 1)
    time.sleep(60)
    os._exit(0)


def settled(found, count):
    for _ in range(200):
        if len(found.pids()) == count:
            return True
        time.sleep(0.01)
    return False


def test_descendants_are_found_at_any_depth():
    def act():
        found = processes.Descendants()
        before = found.pids()
        sleeper(3)
        both = settled(found, 4)
        found.end()
        return before, both, found.pids()

    assert apart(act) == ([], True, [])


def test_daemons_are_ended():
    def act():
        found = processes.Descendants()
        for _ in range(3):
            sleeper(1, is_daemon=True)
        time.sleep(0.1)
        there = len(found.pids())
        found.end()
        return there >= 6, found.pids()

    assert apart(act) == (True, [])


def test_ends_what_goes_on_forking():
    """Each process forks another one and ends, as fast as it can."""

    def act():
        if not os.fork():
            while True:
                if os.fork():
                    os._exit(0)
        found = processes.Descendants()
        time.sleep(0.2)
        before = time.monotonic()
        found.end()
        return found.pids(), time.monotonic() - before < 10

    assert apart(act) == ([], True)


def test_a_process_that_is_not_the_first_is_no_namespace():
    with pytest.raises(RuntimeError):
        processes.Namespace()


@pytest.mark.parametrize("uid", [0, 12345])
def test_a_user_that_is_not_its_own_is_refused(uid):
    with pytest.raises(RuntimeError):
        processes.OfUser(uid)


def test_memory_of_a_process():
    program = "held = bytearray(b'x' * 50_000_000); print(flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        process.stdout.readline()
        assert 55_000 < processes.memory_kb([process.pid]) < 80_000
        assert 50_000 < processes.proportional_kb([process.pid]) < 80_000
        process.kill()
    assert processes.memory_kb([process.pid]) == 0


def test_pages_that_are_shared_count_once_in_proportion():
    held = bytearray(b"x" * 50_000_000)

    def act():
        return len(held), settled_memory()

    def settled_memory():
        children = [sleeper() for _ in range(3)]
        time.sleep(0.05)
        result = processes.memory_kb(children), processes.proportional_kb(children)
        for child in children:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
        return result

    _, (each, together) = apart(act)
    assert each > 3 * 50_000
    assert together < 0.5 * each  # a half of it and more would be each page counted twice
