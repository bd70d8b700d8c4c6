"""Settings of accounts, and deletions that were asked for, in the database."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from homeport.aws.iam import errors, limits

ALIAS = "alias"
PASSWORD_POLICY = "password-policy"  # noqa: S105 - the name of a setting


def find(connection: sqlite3.Connection, account: str, name: str) -> Any:
    """A setting; None where it was never made."""
    row = connection.execute(
        "SELECT value FROM account_setting WHERE account = ? AND name = ?", (account, name)
    ).fetchone()
    return None if row is None else json.loads(row[0])


def save(connection: sqlite3.Connection, account: str, name: str, value: Any) -> None:
    """Keeps a setting. Raises where too many accounts have one."""
    ((others,),) = connection.execute(
        "SELECT COUNT(*) FROM account_setting WHERE name = ? AND account <> ?", (name, account)
    )
    if others >= limits.ACCOUNTS:
        raise errors.quota("Accounts", limits.ACCOUNTS)
    connection.execute(
        "INSERT OR REPLACE INTO account_setting (account, name, value) VALUES (?, ?, ?)",
        (account, name, json.dumps(value)),
    )


def delete(connection: sqlite3.Connection, account: str, name: str) -> bool:
    """Forgets a setting; False where there was none."""
    return (
        connection.execute(
            "DELETE FROM account_setting WHERE account = ? AND name = ?", (account, name)
        ).rowcount
        > 0
    )


def owner(connection: sqlite3.Connection, alias: str) -> str | None:
    """The account that has an alias: they are unique among all."""
    row = connection.execute(
        "SELECT account FROM account_setting WHERE name = ? AND value = ?",
        (ALIAS, json.dumps(alias)),
    ).fetchone()
    return None if row is None else str(row[0])


def add_task(connection: sqlite3.Connection, account: str, id_: str, limit: int) -> None:
    """Keeps a deletion, and forgets the oldest where there are too many."""
    connection.execute("INSERT INTO deletion_task (account, id) VALUES (?, ?)", (account, id_))
    connection.execute(
        "DELETE FROM deletion_task WHERE number <= (SELECT MAX(number) FROM deletion_task) - ?",
        (limit,),
    )


def has_task(connection: sqlite3.Connection, account: str, id_: str) -> bool:
    """Whether a deletion was asked for."""
    row = connection.execute(
        "SELECT 1 FROM deletion_task WHERE account = ? AND id = ?", (account, id_)
    ).fetchone()
    return row is not None
