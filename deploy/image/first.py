"""The first process of the container: hands signals on to Homeport, and ends with its exit code.

The kernel drops signals that the first process of a PID namespace has no handler for, as Homeport has none while it is being loaded,
and gives it the orphans of all others, which nobody else waits for: https://man7.org/linux/man-pages/man7/pid_namespaces.7.html
"""

import contextlib
import importlib
import os
import signal
import sys

HANDED_ON = frozenset({signal.SIGTERM, signal.SIGINT, signal.SIGQUIT, signal.SIGHUP})
AWAITED = HANDED_ON | {signal.SIGCHLD}


def main() -> int:
    """The exit code of the container, or of Homeport where another process is the first one."""
    if os.getpid() != 1:
        return _homeport()
    # Before the fork, so that no signal comes between.
    signal.pthread_sigmask(signal.SIG_BLOCK, AWAITED)
    child = os.fork()
    if child:
        return _watch(child)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, AWAITED)
    return _homeport()


def _homeport() -> int:
    # Not at the top: the first process needs nothing of it.
    code: int = importlib.import_module("homeport.cli.main").main()
    return code


def _watch(child: int) -> int:
    while True:
        told = signal.sigwaitinfo(AWAITED)
        if told.si_signo == signal.SIGCHLD:
            code = _reap(child)
            if code is not None:
                return code
        elif told.si_code <= 0:
            # What the kernel sends for a terminal is above 0 and has reached the child as well, which ends at once on the second
            # one: https://man7.org/linux/man-pages/man2/sigaction.2.html
            os.kill(child, told.si_signo)


def _reap(child: int) -> int | None:
    """Waits for all that have ended; the exit code of the child where it is one of them, as a shell tells it."""
    with contextlib.suppress(ChildProcessError):
        while (ended := os.waitpid(-1, os.WNOHANG))[0]:
            pid, status = ended
            if pid == child:
                code = os.waitstatus_to_exitcode(status)
                return code if code >= 0 else 128 - code
    return None


if __name__ == "__main__":
    sys.exit(main())
