"""Starts environments for the executor, and tells it when they are gone.

    python -I -S -c "..." DESCRIPTOR

The socket takes one message for each environment: its name, with its output and its control socket; or `-` and a name, to end it
by force. It gives JSON: first what this kernel allows, then the process ids of environments, and the names of those of which
nothing is left.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import select
import signal
import socket
import sys

from homeport.aws.lambda_.executors.process.launcher import (
    forks,
    identity,
    init,
    processes,
    root,
    syscalls,
)
from homeport.aws.lambda_.executors.process.launcher.spec import Spec

_PATIENCE_S = 1


def main() -> None:
    """Serves until the executor has gone; all environments go with it."""
    requests = socket.socket(fileno=int(sys.argv[1]))
    scratch, is_wanted = sys.argv[2], sys.argv[3] == "isolated"
    _close_all_but(requests.fileno())
    syscalls.prctl(syscalls.PR_SET_CHILD_SUBREAPER, 1)
    gc.freeze()  # so that environments share the pages
    why, has_overlay = _probed(scratch) if is_wanted else ("not wanted", False)
    _Server(requests, is_namespaced=not why).run(why, has_overlay=has_overlay)
    _remove(scratch)


def _close_all_but(kept: int) -> None:
    """Closes what it was started with by chance, such as its parent's log: functions would have it too."""
    for name in os.listdir("/proc/self/fd"):  # noqa: PTH208
        if int(name) > 2 and int(name) != kept:
            with contextlib.suppress(OSError):  # it was that of the folder
                os.close(int(name))
    os.set_inheritable(kept, False)  # noqa: FBT003 - as the function takes it


def _remove(folder: str) -> None:
    """Removes what the executor had no time to remove: this process outlives its `kill -9`."""
    with contextlib.suppress(OSError):  # the executor does the same where it has the time
        for path, folders, files in os.walk(folder, topdown=False):
            for name in (*folders, *files):
                one = f"{path}/{name}"
                if os.path.isdir(one) and not os.path.islink(one):  # noqa: PTH112, PTH114
                    os.rmdir(one)  # noqa: PTH106
                else:
                    os.unlink(one)  # noqa: PTH108
        os.rmdir(folder)  # noqa: PTH106


def _probed(scratch: str) -> tuple[str, bool]:
    """Why environments cannot have namespaces here, empty where they can; and whether these have overlays."""
    folders = [f"{scratch}/lower", f"{scratch}/upper"]
    if not _tried(scratch, folders):
        return "", True
    return _tried(scratch, []), False


def _tried(scratch: str, layers: list[str]) -> str:
    told, tell = os.pipe()
    folders = ["/dev", "/proc", "/tmp", "/opt"]  # noqa: S108 - inside
    spec = Spec([], {}, "/", 1, 1, 0, f"{scratch}/root", folders, layers=layers)

    def become(_: int) -> None:
        try:
            root.enter(spec, 0)
            identity.drop(0, is_namespaced=True)
            os.write(tell, b"yes")
        except OSError as error:
            os.write(tell, str(error).encode())

    try:
        os.waitpid(forks.fork(become, is_namespaced=True), 0)
        answer = os.read(told, 256).decode()
    except OSError as error:
        answer = str(error)
    finally:
        os.close(told)
        os.close(tell)
    return "" if answer == "yes" else answer


class _Server:
    def __init__(self, requests: socket.socket, *, is_namespaced: bool) -> None:
        self._requests = requests
        self._is_namespaced = is_namespaced
        self._names: dict[int, str] = {}

    def run(self, why: str, *, has_overlay: bool) -> None:
        """Serves requests and waits for children."""
        woken, wakes = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
        signal.set_wakeup_fd(wakes, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        self._tell({"why": why, "overlay": has_overlay})
        poll = select.poll()
        poll.register(self._requests, select.POLLIN)
        poll.register(woken, select.POLLIN)
        while True:
            for descriptor, _ in poll.poll():
                if descriptor == woken:
                    os.read(woken, 4096)
                    self._reap()
                elif not self._serve():
                    return self._end()

    def _serve(self) -> bool:
        try:
            message, descriptors, _, _ = socket.recv_fds(self._requests, 256, 2)
        except ConnectionResetError:  # the executor was killed before it had read all
            return False
        name = message.decode()
        if name.startswith("-"):
            self._kill(name[1:])
        elif len(descriptors) == 2:
            self._start(name, *descriptors)
        elif name:
            for descriptor in descriptors:
                os.close(descriptor)
            self._tell({"gone": name})
        return bool(name)

    def _start(self, name: str, output: int, control: int) -> None:
        for descriptor in (
            output,
            control,
        ):  # what came by a message would otherwise be the function's too
            os.set_inheritable(descriptor, False)  # noqa: FBT003 - as the function takes it
        try:
            pid = self._fork(output, control)
            self._names[pid] = name
            self._tell({"name": name, "pid": pid})
        except OSError as error:
            with contextlib.suppress(OSError):  # the executor has given up
                os.write(control, f"failed {error}\n".encode())
            self._tell({"gone": name})
        finally:
            os.close(output)
            os.close(control)

    def _kill(self, name: str) -> None:
        """Ends a first process, and with it all of its namespace; without one, what it leaves is ended when it is gone."""
        for pid, started in self._names.items():
            if started == name:
                os.kill(pid, signal.SIGKILL)

    def _fork(self, output: int, control: int) -> int:
        """The process id of the new environment's first process."""

        def become(ready: int) -> None:
            self._requests.close()
            init.main(
                socket.socket(fileno=control), output, ready, is_namespaced=self._is_namespaced
            )

        return forks.fork(become, is_namespaced=self._is_namespaced)

    def _reap(self) -> None:
        with contextlib.suppress(ChildProcessError):
            while pid := os.waitpid(-1, os.WNOHANG)[0]:
                name = self._names.pop(pid, None)
                if name is not None:
                    self._end_orphans()
                    self._tell({"gone": name})

    def _end_orphans(self) -> None:
        """Without a namespace, what a first process leaves that was ended by force comes back to this one."""
        if not self._is_namespaced:
            processes.Descendants(spared=self._names).end()

    def _end(self) -> None:
        """The executor has gone: each environment sees the same and ends its own; what does not is ended here."""
        if not self._is_namespaced:
            signal.alarm(_PATIENCE_S)  # a function may have stopped its first process
            signal.signal(signal.SIGALRM, lambda *_: self._kill_all())
        else:
            self._kill_all()
        while self._names:
            try:
                self._names.pop(os.waitpid(-1, 0)[0], None)
            except ChildProcessError:
                break
        self._end_orphans()

    def _kill_all(self) -> None:
        for pid in self._names:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def _tell(self, message: dict[str, object]) -> None:
        with contextlib.suppress(OSError):  # the executor has gone; the next read says so
            self._requests.sendall(json.dumps(message).encode())
