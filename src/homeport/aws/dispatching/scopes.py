"""In which accounts and regions there is anything, which no API of AWS tells: `GET /_homeport/scopes`.

`{"is_truncated": false, "scopes": [{"account": "000000000000", "region": "us-east-1", "counts": {"sqs": 3}}, …]}`, in the order of accounts
and regions.
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from functools import partial

from homeport.aws.dispatching.endpoint import Answer
from homeport.edge import http
from homeport.storage.db import Database

PATH = "/_homeport/scopes"
MOST = 1000
"""Scopes of one answer, the first ones: whoever may call may make accounts, by another access key each. No more are read of a service either."""


class Scopes:
    """The page. Services say how theirs are counted once they are open."""

    def __init__(self) -> None:
        self._counts: dict[str, tuple[Database, str]] = {}

    def add(self, service: str, db: Database, counts: str) -> None:
        """Takes in a service: `counts` selects account, region and how much it has there, grouped by those."""
        self._counts[service] = db, f"{counts} ORDER BY account, region LIMIT {MOST + 1}"

    def answer(self, request: http.Request) -> Answer | None:
        """The answer; None for another path."""
        if request.path != PATH:
            return None
        if request.method not in ("GET", "HEAD"):
            return http.Response(405, [("Allow", "GET, HEAD")])
        return self._told()

    async def _told(self) -> http.Response:
        found: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
        for service, (db, counts) in list(self._counts.items()):
            for account, region, number in await db.scan(partial(_all, counts)):
                found[account, region][service] = number
        scopes = [
            {"account": account, "region": region, "counts": counts}
            for (account, region), counts in sorted(found.items())[:MOST]
        ]
        body = json.dumps({"is_truncated": len(found) > MOST, "scopes": scopes}).encode()
        return http.Response(200, [("Content-Type", "application/json")], body)


def _all(counts: str, connection: sqlite3.Connection) -> list[tuple[str, str, int]]:
    return connection.execute(counts).fetchall()
