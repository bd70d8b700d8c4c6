"""What a person sees at a terminal."""

import os
import pty
import sys

import pytest

from homeport.cli.kubernetes.view import live
from homeport.targets.kubernetes.objects.kinds import NAMESPACE, Ref


def at_a_terminal(person, *words, answers=()):
    """Runs a command at a terminal of its own, and types an answer at each question."""
    command = [sys.executable, "-m", "homeport", words[0], "--config", str(person.file), *words[1:]]
    environment = {"PATH": os.environ["PATH"], "HOME": str(person.folder), "TERM": "xterm"}
    pid, terminal = pty.fork()
    if pid == 0:  # pragma: no cover - another program from here on
        os.execve(sys.executable, command, environment)
    said, left = b"", list(answers)
    while chunk := read(terminal):
        said += chunk
        if left and said.rstrip(b" ").endswith((b"[y/N]", b"delete it:")):
            os.write(terminal, f"{left.pop(0)}\n".encode())
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), said.decode()


def read(terminal):
    try:
        return os.read(terminal, 65536)
    except OSError:  # the other side has ended
        return b""


# https://docs.python.org/3/library/os.html#os.fork: the child only execs
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_life_at_a_terminal(person):
    person.set(cloud="")
    code, said = at_a_terminal(person, "apply", answers=["n", "y"])
    assert (code, "Open it? [y/N]" in said, "Apply this to the context stand-in?" in said) == (
        0,
        True,
        True,
    )
    assert "● " in said
    assert "The stack is ready." in said
    password = person.folder / "data/kubernetes/homeport/admin-password"
    assert f"is {password.read_text().strip()}; it is shown this once" in said
    code, said = at_a_terminal(person, "destroy", answers=["homeport"])
    assert (code, "is gone." in said) == (0, True)
    assert "\x1b[31m  - Deployment registry/registry\x1b[0m" in said


@pytest.mark.parametrize(("error", "is_left"), [(None, False), (KeyboardInterrupt(), True)])
def test_what_was_waited_for_is_left_on_the_screen_only_where_it_did_not_come(error, is_left):
    seen = live.view()
    seen.__enter__()
    seen.waiting((Ref(NAMESPACE, "", "registry"),))
    seen.__exit__(type(error), error, None)
    assert seen._live.transient is not is_left
