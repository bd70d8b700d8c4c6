"""The tables of a terminal, with what a cluster may write into them."""

import io

import pytest
from rich.console import Console

from homeport.cli.kubernetes.view import live, watch
from homeport.stack.lifecycle import State
from homeport.targets.kubernetes.watching.report import Report, Row

EVIL = "\x1b]8;;https://example.org\x1b\\click\x1b[2J\rgone"


@pytest.mark.parametrize("draw", [live.table, watch._drawn], ids=["apply", "status"])
def test_what_the_cluster_says_does_nothing_to_a_terminal(draw):
    row = Row("registry", State.ERROR, 0.0, EVIL, EVIL, EVIL, EVIL)
    file = io.StringIO()
    console = Console(file=file, force_terminal=True, color_system=None, width=400)
    console.print(draw(Report("homeport", "lab", (row,)), 10.0))
    assert "click" in file.getvalue()
    assert not {"\x1b", "\r"} & set(file.getvalue())
