"""Parameter Store, opened."""

from __future__ import annotations

from homeport.aws.ssm import operations
from homeport.aws.ssm.ssm import Ssm
from homeport.serve.opening import Opening


async def open(opening: Opening) -> None:  # noqa: A001 - `ssm.open`
    """Opens the parameters."""
    ssm = Ssm.open(opening.folder / "ssm.db", opening.clock, opening.quota)
    opening.opened.push_async_callback(ssm.close)
    opening.add(operations.service(ssm))
