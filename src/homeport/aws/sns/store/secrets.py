"""What is made once and kept: the key that signs messages, and its certificate. The database is for its owner only."""

from __future__ import annotations

from homeport.aws.sns.store.topics import Connection, Query


def find(query: Query, name: str) -> bytes | None:
    """A value that was kept."""
    rows = query("SELECT value FROM secret WHERE name = ?", (name,))
    return bytes(rows[0][0]) if rows else None


def keep(connection: Connection, values: dict[str, bytes]) -> None:
    """Keeps values; what is there already stays as it is."""
    connection.executemany(
        "INSERT INTO secret (name, value) VALUES (?, ?) ON CONFLICT DO NOTHING", values.items()
    )
