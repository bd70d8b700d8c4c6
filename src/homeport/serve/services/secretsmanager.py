"""Secrets Manager, opened."""

from __future__ import annotations

from homeport.aws.secretsmanager import operations
from homeport.aws.secretsmanager.secretsmanager import SecretsManager
from homeport.serve.opening import Opening


async def open(opening: Opening) -> None:  # noqa: A001 - `secretsmanager.open`
    """Opens the secrets."""
    path = opening.folder / "secretsmanager.db"
    manager = SecretsManager.open(path, opening.clock, opening.quota)
    opening.opened.push_async_callback(manager.close)
    opening.add(operations.service(manager))
