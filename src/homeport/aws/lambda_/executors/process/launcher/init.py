"""The first process of an environment: it starts the runtime, ends orphans' traces, watches memory, and takes all with it.

It speaks to the executor in lines: `started`, `failed WHY`, `entry WHY`, `memory KB`, `oom`, `ended STATUS SIGNAL`. The
executor speaks to it in single bytes.
"""

from __future__ import annotations

import contextlib
import os
import resource
import select
import signal
import socket
from typing import NoReturn

from homeport.aws.lambda_.executors.process.launcher import identity, processes, root, syscalls
from homeport.aws.lambda_.executors.process.launcher.spec import Spec, decoded

WATCH, UNWATCH, FREEZE, THAW = b"w", b"u", b"f", b"t"

_NO_BOOTSTRAP = "Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]"
"""https://github.com/aws/aws-lambda-runtime-interface-emulator/blob/develop/internal/lambda/rapidcore/bootstrap.go"""

_INTERVAL_MS = 20
"""How often memory is looked at. What can be filled in that time is what a function may have too much for a moment."""
_INTERVAL_OUTSIDE_MS = 100
"""Without a pid namespace it takes a look at all processes of the machine."""


def main(control: socket.socket, output: int, is_alone: int, *, is_namespaced: bool) -> NoReturn:
    """What the fork of the launcher does; it never returns. `is_alone` can be read when the launcher is its parent."""
    try:
        init = _Init(control, output, is_namespaced=is_namespaced)
        init.end_with_the_launcher(is_alone)
        status = init.run()
    except BaseException as error:  # noqa: BLE001 - nothing of the launcher may go on in its fork
        _say(control, f"failed {error}")
        status = 1
    os._exit(status)


class _Init:
    def __init__(self, control: socket.socket, output: int, *, is_namespaced: bool) -> None:
        self._control = control
        self._output = output
        self._is_namespaced = is_namespaced
        self._is_watching = True
        self._peak_kb = 0
        self._runtime = 0
        os.setsid()
        self._spec = _received(control)
        self._processes = self._shut_in()

    def end_with_the_launcher(self, is_alone: int) -> None:
        """Asks for its own end with that of its parent, once that is the launcher and no process in between.

        Not without a namespace, where its children would outlive it: then the executor closes the control socket.
        """
        if not os.read(is_alone, 1):
            raise EOFError("the launcher has gone")
        if self._is_namespaced:
            syscalls.prctl(syscalls.PR_SET_PDEATHSIG, signal.SIGKILL)
        os.close(is_alone)

    def run(self) -> int:
        """Runs the command to its end, and says how it ended."""
        if not self._spec.command:
            _say(self._control, f"entry {_NO_BOOTSTRAP}")
            return 1
        woken = _woken_by_children()
        self._runtime = os.fork()
        if not self._runtime:
            self._exec()
        _say(self._control, "started")
        poll = select.poll()
        poll.register(self._control, select.POLLIN)
        poll.register(woken, select.POLLIN)
        interval = _INTERVAL_MS if self._is_namespaced else _INTERVAL_OUTSIDE_MS
        while True:
            for descriptor, _ in poll.poll(interval if self._is_watching else None):
                if descriptor == self._control.fileno():
                    if not self._obey():
                        return self._end()
                elif self._has_ended(woken):
                    return self._end()
            if self._is_watching and self._is_over():
                _say(self._control, "oom")
                return self._end()

    def _shut_in(self) -> processes.Processes:
        spec = self._spec
        identity.be_first_to_go()
        if spec.host_uid:
            os.fchown(
                self._output, spec.host_uid, spec.host_uid
            )  # so that /dev/stdout can be opened
        if self._is_namespaced:
            # Some seccomp profiles of containers allow the namespaces and not this; the name then stays that of the container.
            with contextlib.suppress(OSError):
                syscalls.set_host_name("localhost")
            root.enter(spec, spec.host_uid)
            identity.limit_shared_memory(spec.memory_mb)
        identity.drop(spec.host_uid, is_namespaced=self._is_namespaced)
        syscalls.prctl(syscalls.PR_SET_DUMPABLE, 0)  # the function's processes have the same user
        if self._is_namespaced:
            return processes.Namespace()
        syscalls.prctl(syscalls.PR_SET_CHILD_SUBREAPER, 1)
        return processes.OfUser(spec.host_uid) if spec.host_uid else processes.Descendants()

    def _exec(self) -> NoReturn:
        spec = self._spec
        try:
            os.setsid()
            for number in (signal.SIGPIPE, signal.SIGXFSZ, signal.SIGCHLD):
                signal.signal(number, signal.SIG_DFL)
            os.dup2(os.open("/dev/null", os.O_RDONLY), 0)
            os.dup2(self._output, 1)
            os.dup2(self._output, 2)
            identity.cut_off()
            identity.limit(is_counted_alone=self._is_namespaced or bool(spec.host_uid))
            os.umask(0o022)
            os.chdir(spec.folder)
            os.execvpe(spec.command[0], spec.command, spec.environment)  # noqa: S606
        except (OSError, ValueError) as error:  # ValueError: a null character in a variable
            reason = (getattr(error, "strerror", None) or "invalid argument").lower()
            _say(self._control, f"entry fork/exec {spec.command[0]}: {reason}")
        finally:
            os._exit(127)

    def _obey(self) -> bool:
        """Does what the executor says; False where it has gone."""
        orders = self._control.recv(64)
        for order in (orders[i : i + 1] for i in range(len(orders))):
            if order in (WATCH, UNWATCH):
                self._is_watching = order == WATCH
            elif order == FREEZE:
                self._is_watching = False
                self._processes.send(signal.SIGSTOP)
            elif order == THAW:
                self._processes.send(signal.SIGCONT)
        return bool(orders)

    def _has_ended(self, woken: int) -> bool:
        """Takes note of children that have ended; True where the runtime has."""
        with contextlib.suppress(BlockingIOError):
            os.read(woken, 4096)
        with contextlib.suppress(ChildProcessError):
            while True:
                pid, status = os.waitpid(-1, os.WNOHANG)
                if pid == self._runtime:
                    code = os.waitstatus_to_exitcode(status)
                    most_kb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
                    _say(self._control, f"memory {max(most_kb, self._peak_kb)}")
                    _say(self._control, f"ended {max(code, 0)} {max(-code, 0)}")
                    return True
                if not pid:
                    break
        return False

    def _is_over(self) -> bool:
        """Whether more memory is used than the function has; tells new peaks."""
        pids = self._processes.pids()
        used = processes.memory_kb(pids)
        limit = self._spec.memory_mb * 1024
        if used > limit and len(pids) > 1:
            used = processes.proportional_kb(pids)
        if used > self._peak_kb + 1024:
            self._peak_kb = used
            _say(self._control, f"memory {used}")
        return used > limit

    def _end(self) -> int:
        self._processes.end()
        return 0


def _received(control: socket.socket) -> Spec:
    size = int.from_bytes(_exactly(control, 4), "big")
    return decoded(_exactly(control, size))


def _exactly(control: socket.socket, size: int) -> bytes:
    body = b""
    while len(body) < size:
        piece = control.recv(size - len(body))
        if not piece:
            raise EOFError("the executor has gone")
        body += piece
    return body


def _woken_by_children() -> int:
    woken, wakes = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
    signal.set_wakeup_fd(wakes, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    return woken


def _say(control: socket.socket, line: str) -> None:
    with contextlib.suppress(OSError):  # the executor has gone; the end of the socket says the rest
        control.sendall(line.replace("\n", " ").encode(errors="replace") + b"\n")
