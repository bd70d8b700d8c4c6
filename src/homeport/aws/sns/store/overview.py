"""Lists for a person: topics with their subscriptions counted, and subscriptions with all that is set."""

from __future__ import annotations

from typing import NamedTuple

from homeport.aws.sns.engine.model import Subscription
from homeport.aws.sns.store import subscriptions
from homeport.aws.sns.store.topics import Connection, reader

PAGE = 1_000
"""Rows of one answer at most."""


class Listed(NamedTuple):
    """One topic."""

    name: str
    confirmed: int
    pending: int


def topics(
    connection: Connection, address: tuple[str, str], prefix: str, limit: int, offset: int
) -> tuple[int, list[Listed]]:
    """How many topics of an account and region have names that begin so, and some of them by name."""
    within = (*address, prefix, prefix + "\U0010ffff")
    where = "account = ? AND region = ? AND name >= ? AND name < ?"
    (total,) = connection.execute(f"SELECT count(*) FROM topic WHERE {where}", within).fetchone()  # noqa: S608
    rows = connection.execute(
        "SELECT name,"  # noqa: S608
        " (SELECT count(*) FROM subscription WHERE topic = topic.id AND state = 'confirmed'),"
        " (SELECT count(*) FROM subscription WHERE topic = topic.id AND state = 'pending')"
        f" FROM topic WHERE {where} ORDER BY name LIMIT ? OFFSET ?",
        (*within, limit, offset),
    )
    return total, [Listed._make(row) for row in rows]


def of_topic(
    connection: Connection, topic: int, limit: int, offset: int
) -> tuple[int, list[Subscription]]:
    """How many subscriptions a topic has, and some of them in the order in which they were made."""
    (total,) = connection.execute(
        "SELECT count(*) FROM subscription WHERE topic = ? AND state <> 'deleted'", (topic,)
    ).fetchone()
    found = subscriptions.some_of_topic(reader(connection), topic, limit, offset)
    return total, found
