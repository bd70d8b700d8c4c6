"""CloudWatch Logs, opened."""

from __future__ import annotations

from homeport.aws.logs import operations
from homeport.aws.logs.logs import Logs
from homeport.serve.opening import Opening


async def open(opening: Opening) -> None:  # noqa: A001 - `logs.open`
    """Opens the log groups, and lets functions write to them."""
    logs = Logs.open(opening.folder / "logs.db", opening.clock, opening.quota)
    opening.opened.push_async_callback(logs.close)
    opening.logs = logs.writer
    opening.add(operations.service(logs))
