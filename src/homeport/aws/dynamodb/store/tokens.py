"""Tokens of transactions that were done, kept in the commit of the transaction."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from typing import NamedTuple

Connection = sqlite3.Connection

_FIND = (
    "SELECT digest, sizes FROM tokens"
    " WHERE account = ? AND region = ? AND token = ? AND done_ms >= ?"
)
_SAVE = (
    "INSERT OR REPLACE INTO tokens (account, region, token, digest, sizes, done_ms)"
    " VALUES (?, ?, ?, ?, ?, ?)"
)
_FORGET = (
    "DELETE FROM tokens WHERE (account, region, token) IN"
    " (SELECT account, region, token FROM tokens WHERE done_ms < ? LIMIT ?)"
)
_FORGOTTEN = 4
"""Old tokens that go with each new one: more than come, so that none need to be swept."""


class Token(NamedTuple):
    """A ClientRequestToken, and for what it stands."""

    account: str
    region: str
    text: str
    digest: bytes
    """Of all that must be the same when the request comes again."""


class Spent(NamedTuple):
    """What is known of a transaction that was done."""

    digest: bytes
    sizes: list[int]
    """Bytes that each action counted for."""


def find(connection: Connection, token: Token, since_ms: int) -> Spent | None:
    """The transaction that was done with this token since then."""
    key = token.account, token.region, token.text
    row = connection.execute(_FIND, (*key, since_ms)).fetchone()
    return None if row is None else Spent(row[0], json.loads(row[1]))


def save(
    connection: Connection, token: Token, sizes: Sequence[int], now_ms: int, old_ms: int
) -> None:
    """Remembers a transaction, and forgets some that were done before `old_ms`."""
    connection.execute(_FORGET, (old_ms, _FORGOTTEN))
    connection.execute(_SAVE, (*token, json.dumps(sizes), now_ms))
