"""A table on a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

SHORT = 24
"""Characters of a first column that stays whole: a digest, or a usual name."""


def show(heads: Sequence[str], rows: Sequence[Sequence[str]], numbers: Sequence[str] = ()) -> None:
    """Shows it; `numbers` are the heads of columns that stand at the right. The first column is in bold.

    Where they do not fit, the last column is wrapped, and the first one folded where it is long.
    """
    is_short = all(len(row[0]) <= SHORT for row in rows)
    whole = set(range(0 if is_short else 1, len(heads) - 1))
    grid = Table(box=None, padding=(0, 3, 0, 0), header_style="dim", pad_edge=False)
    for index, head in enumerate(heads):
        grid.add_column(
            head,
            justify="right" if head in numbers else "left",
            no_wrap=index in whole,
            overflow="fold",
            style="bold" if index == 0 else "",
        )
    for row in rows:
        grid.add_row(*(Text(cell) for cell in row))
    Console(highlight=False).print(grid)
