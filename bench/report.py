"""One table for every benchmark: a row a server, the bar and whether it held."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import rich.console
import rich.table

RESULTS = Path(__file__).parent / "results"


@dataclass
class Bar:
    """A promised ratio or bound: `value` against `wanted`, larger is better unless told otherwise."""

    text: str
    value: float
    wanted: float
    larger_is_better: bool = True

    @property
    def holds(self) -> bool:
        if self.larger_is_better:
            return self.value >= self.wanted
        return self.value <= self.wanted


@dataclass
class Report:
    """The measured figures of one benchmark."""

    title: str
    columns: Sequence[str]
    rows: list[list[str]] = field(default_factory=list)
    bars: list[Bar] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)

    def add(self, name: str, *values: float | str) -> None:
        """A row: floats are shown with three significant digits."""
        self.rows.append([name, *(v if isinstance(v, str) else _figure(v) for v in values)])

    def show(self, console: rich.console.Console) -> bool:
        """Prints the table and the bars, keeps both as JSON; whether every bar held."""
        table = rich.table.Table(title=self.title, title_justify="left")
        table.add_column("")
        for column in self.columns:
            table.add_column(column, justify="right")
        for row in self.rows:
            table.add_row(*row)
        console.print(table)
        for bar in self.bars:
            mark = "[green]holds[/]" if bar.holds else "[red]MISSED[/]"
            sign = ">=" if bar.larger_is_better else "<="
            console.print(
                f"  {mark}  {bar.text}: {_figure(bar.value)} (wanted {sign} {_figure(bar.wanted)})"
            )
        for line in self.skipped:
            console.print(f"  [yellow]skipped[/]  {line}")
        console.print()
        RESULTS.mkdir(exist_ok=True)
        name = self.title.split(":")[0].replace(" ", "_").lower()
        (RESULTS / f"{name}.json").write_text(json.dumps(asdict(self), indent=1))
        return all(bar.holds for bar in self.bars)


def _figure(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
