"""STS, opened."""

from __future__ import annotations

from homeport.aws.delivery.directory import Directory
from homeport.aws.sts import operations
from homeport.aws.sts.sts import Sts
from homeport.serve.opening import Opening


async def open(opening: Opening) -> None:  # noqa: A001 - `sts.open`
    """Opens the sessions; who holds a key and what a role is called is asked of the IAM that runs, whenever it was opened."""
    directory = Directory(opening.invoker)
    sts = Sts.open(opening.folder / "sts.db", opening.clock, directory, opening.quota)
    opening.opened.push_async_callback(sts.close)
    opening.secrets.append(sts.secret_of)
    opening.add(operations.service(sts))
