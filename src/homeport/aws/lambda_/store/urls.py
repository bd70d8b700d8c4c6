"""Function URLs in the database."""

from __future__ import annotations

import json
import sqlite3
from typing import Any, NamedTuple

from homeport.aws.lambda_.model import Function

_SELECT = "SELECT urls.id, account, region, name, qualifier, body FROM urls JOIN functions ON functions.id = function"


class Url(NamedTuple):
    """The URL of a function or of an alias."""

    id: str
    """The first label of its host."""
    function: Function
    qualifier: str
    """An alias; empty for the function itself."""
    body: dict[str, Any]
    """`AuthType`, `Cors`, `InvokeMode` as they were given, `created` and `modified`."""

    @property
    def arn(self) -> str:
        """The ARN that is invoked."""
        return f"{self.function.arn}:{self.qualifier}" if self.qualifier else self.function.arn


def _url(row: tuple[Any, ...]) -> Url:
    id_, account, region, name, qualifier, body = row
    return Url(id_, Function(account, region, name), qualifier, json.loads(body))


def find(connection: sqlite3.Connection, function: int, qualifier: str) -> Url | None:
    """The URL of a function or of an alias."""
    row = connection.execute(
        f"{_SELECT} WHERE function = ? AND qualifier = ?", (function, qualifier)
    ).fetchone()
    return None if row is None else _url(row)


def by_id(connection: sqlite3.Connection, id_: str) -> Url | None:
    """The URL of a host."""
    row = connection.execute(f"{_SELECT} WHERE urls.id = ?", (id_,)).fetchone()
    return None if row is None else _url(row)


def save(connection: sqlite3.Connection, function: int, url: Url) -> None:
    """Keeps a URL."""
    connection.execute(
        "INSERT OR REPLACE INTO urls VALUES (?, ?, ?, ?)",
        (url.id, function, url.qualifier, json.dumps(url.body)),
    )


def delete(connection: sqlite3.Connection, url: Url) -> None:
    """Forgets a URL."""
    connection.execute("DELETE FROM urls WHERE id = ?", (url.id,))


def page(connection: sqlite3.Connection, function: int, after: str, limit: int) -> list[Url]:
    """The URLs of a function and its aliases, by alias, from one on."""
    rows = connection.execute(
        f"{_SELECT} WHERE function = ? AND qualifier >= ? ORDER BY qualifier LIMIT ?",
        (function, after, limit),
    )
    return [_url(row) for row in rows]
