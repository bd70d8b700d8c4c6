"""Figures in words; what a terminal gets that a pipe does not."""

import os
import pty
import subprocess
import sys

import pytest

from homeport import errors
from homeport.cli.registry import asking, showing, usage
from homeport.cli.view import tables, words


def test_amounts():
    sizes = (0, 1023, 1024, 10_240, 1_000_000, 3 * 2**29, 2**45)
    said = ["0 B", "1023 B", "1.0 KiB", "10 KiB", "977 KiB", "1.5 GiB", "32768.0 GiB"]
    assert [words.amount(size) for size in sizes] == said


def test_counts():
    assert words.count(1, "repository", "repositories") == "1 repository"
    assert words.count(2000, "blob") == "2,000 blobs"
    assert (words.ago(100, None), words.ago(100, 40)) == ("-", "1 min ago")


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.01, "less than 0.1 s"), (0.25, "0.2 s"), (9.94, "9.9 s"), (75, "1 min")],
)
def test_how_long_something_took(seconds, said):
    assert words.took(seconds) == said


def test_a_narrow_terminal_wraps_the_last_column_before_the_first(monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "60")
    rows = [["team/app", "3 B", "no manifest of the repository names it, nor has one for long"]]
    tables.show(["repository", "size", "why"], rows, ["size"])
    assert capsys.readouterr().out.splitlines()[1].startswith("team/app      3 B   no manifest")


def test_a_long_first_column_is_folded(monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "60")
    tables.show(["repository", "size", "why"], [["team/" * 10, "3 B", "it is old"]], ["size"])
    out = capsys.readouterr().out
    assert "it is old" in out.splitlines()[1]
    assert "team/" * 10 not in out


def test_what_runs_now_and_how_far_it_is(capsys):
    run = {"kind": "scrub", "started": 0, "done": 3, "total": 4}
    usage.show_runs({"rotten": 0, "runs": [], "running": [run, run | {"total": 0}]})
    first, second = capsys.readouterr().out.splitlines()[-2:]
    assert first.endswith(", 75 % done")
    assert "%" not in second


def run_in_terminal(stack, *given):
    """What a command writes to a terminal."""
    master, slave = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "homeport", "registry", *given],
        env=stack.home.environment | {"TERM": "xterm-256color", "COLUMNS": "100"},
        cwd=stack.home.folder,
        stdin=slave,
        stdout=slave,
        stderr=slave,
    ) as process:
        os.close(slave)
        written = b""
        try:
            while piece := os.read(master, 65_536):
                written += piece
        except (
            OSError
        ):  # https://man7.org/linux/man-pages/man4/pts.4.html: EIO when the other end is closed
            pass
        os.close(master)
    assert process.returncode == 0, written
    return written.decode()


def test_a_terminal_gets_a_bar_and_colours(stack):
    stack.push("a:v1=one")
    assert "━" in run_in_terminal(stack, "scrub")
    assert "\x1b[1ma" in run_in_terminal(stack, "usage", "-r")


def test_a_pipe_gets_neither_and_loads_nothing_for_it(stack):
    stack.push("a:v1=one")
    code, out, err = stack.run("scrub")
    assert (code, err) == (0, "")
    assert "\x1b" not in out + stack.run("usage", "-r")[1]


class Saying:
    """A registry that says what it is told to."""

    def __init__(self, *lines, status=200):
        self._answer = asking.Answer(status, iter(lines))

    def send(self, method, target, body):
        return self._answer


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([b'{"progress": {"done": 0, "total": 0}}\n'], "stopped before the end"),
        (
            [b'{"error": {"message": "no room", "detail": {"hint": "buy some"}}}\n'],
            "No room.\n  buy some",
        ),
    ],
)
def test_what_does_not_end_well(lines, said):
    with pytest.raises(errors.HomeportError) as raised:
        showing.report(Saying(*lines), "gc", {}, "")
    assert said in str(raised.value)


@pytest.mark.parametrize("body", [b"", b"<html>", b"{}", b'{"errors": []}', b'{"errors": [{}]}'])
def test_an_answer_that_is_not_of_a_registry(body):
    with pytest.raises(errors.HomeportError, match="answered with status 502"):
        asking.ask(Saying(body, status=502), "GET", "usage")
