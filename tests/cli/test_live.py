"""The live table, as a terminal of 80 columns shows it."""

import dataclasses
import io
import os
import re
from pathlib import Path

import pytest
from rich.console import Console

from homeport.cli.view import hints, live
from homeport.targets.local import prepare, status
from homeport.targets.local.lifecycle import State

HINTS = hints.Hints(
    data=Path("/srv/homeport"),
    user="admin",
    password_file=Path("/srv/homeport/auth/admin-password"),
    log=Path("/dev/null"),
    command="homeport",
    lines=("docker login localhost:5000 -u admin", 'eval "$(homeport env)"'),
)


def row(**changes):
    given = {
        "name": "registry",
        "state": State.READY,
        "url": "https://localhost:5000",
        "pid": os.getpid(),
        "since": 100.0,
        "restarts": 0,
        "memory_limit": None,
        "problem": "",
    }
    return status.Row(**(given | changes))


def shown(renderable):
    console = Console(width=80, record=True, file=io.StringIO())
    console.print(renderable)
    return console.export_text()


def lines(*rows, now=7600.0):
    return [line.rstrip() for line in shown(live.table(rows, now)).splitlines()]


def test_a_component_is_one_line():
    head, line = lines(row())
    assert head.split() == ["component", "state", "url", "since", "memory"]
    assert line.startswith("registry     ● ready")
    assert "https://localhost:5000  2 h 5 min  " in line
    assert line.endswith(" MiB")


@pytest.mark.parametrize("state", State)
def test_every_state_fits_and_keeps_its_column(state):
    line = lines(row(state=state))[1]
    assert f"● {state.value} " in line
    assert line.index("https://localhost:5000 ") == lines(row())[1].index("https")


def test_a_problem_is_said_below_while_it_lasts():
    problem = "registry was ended by SIGKILL.\n  homeport logs registry shows what it wrote."
    text = "\n".join(lines(row(state=State.RESTARTING, problem=problem)))
    assert problem in text
    assert "SIGKILL" not in "\n".join(lines(row(problem=problem)))


def test_restarts_are_counted():
    assert "ready (restarted 3x)" in lines(row(restarts=3))[1]


def test_a_limit_that_is_near_is_shown():
    assert " of 1 MiB" in lines(row(memory_limit=2**20))[1]
    assert " of " not in lines(row(memory_limit=2**40))[1]


def view(made):
    shown_by = live.View(HINTS)
    shown_by.prepared(made)
    shown_by._rows = [row()]
    return shown_by


def test_the_first_password_is_shown_and_what_to_type_next():
    first = view(prepare.Prepared("s3cret", is_new_ca=True))
    assert "admin with the password s3cret" in shown(first._render())
    assert "docker login" not in shown(first._render())
    first.was_ready = True
    assert 'eval "$(homeport env)"' in shown(first._render())
    first.stopping()
    assert "docker login" not in shown(first._render())


def test_names_are_spoken_of_while_their_ingress_has_not_failed():
    its = dataclasses.replace(HINTS, name="https://registry.lab", named=("homeport trust",))
    made = live.View(its)
    made.was_ready = True
    assert re.search(r"By name, https://registry.lab *\n *homeport trust", shown(made._render()))
    made._rows = [row(name="ingress", state=State.FAILED)]
    assert "homeport trust" not in shown(made._render())


def test_a_later_start_says_where_the_password_is():
    later = view(prepare.Prepared("", is_new_ca=False))
    later.was_ready = True
    assert "The password of admin is in /srv/homeport/auth/admin-password." in shown(
        later._render()
    )


def test_where_a_browser_finds_the_console():
    named = {"name": "https://registry.lab", "named": ("homeport trust",)}
    its = dataclasses.replace(
        HINTS, console="https://localhost:5080", named_console="https://ui.lab", **named
    )
    made = live.View(its)
    made.was_ready = True
    assert "Open in a browser https://ui.lab " in shown(made._render())
    made._rows = [row(name="ingress", state=State.FAILED)]
    assert "Open in a browser https://localhost:5080 " in shown(made._render())
    made._rows = [row(name="registry-ui", state=State.FAILED)]
    assert "browser" not in shown(made._render())
