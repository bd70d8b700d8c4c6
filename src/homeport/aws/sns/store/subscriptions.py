"""Subscriptions in the database."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

from homeport.aws.sns.engine.model import CONFIRMED, DELETED, PENDING, Subscription
from homeport.aws.sns.engine.topic_attributes import Counts
from homeport.aws.sns.store.topics import Connection, Query

_COLUMNS = (
    "s.id, s.topic, s.uuid, s.account, s.region, s.owner, s.protocol, s.endpoint, s.state, s.is_authenticated,"
    " s.needs_authentication, s.token, s.base, s.settings, s.changed_at, t.name"
)
_FIELDS = [field.name for field in dataclasses.fields(Subscription)]
_SELECT = f"SELECT {_COLUMNS} FROM subscription s JOIN topic t ON t.id = s.topic"  # noqa: S608 - columns
SWEEP = 250
"""Rows that one write removes at most."""


def _subscription(row: tuple[Any, ...]) -> Subscription:
    values = dict(zip(_FIELDS, row, strict=True))
    values["is_authenticated"] = bool(values["is_authenticated"])
    values["needs_authentication"] = bool(values["needs_authentication"])
    values["settings"] = json.loads(values["settings"])
    return Subscription(**values)


def by_uuid(query: Query, uuid: str) -> Subscription | None:
    """A subscription that is not deleted."""
    rows = query(f"{_SELECT} WHERE s.uuid = ? AND s.state <> ?", (uuid, DELETED))
    return _subscription(rows[0]) if rows else None


def by_token(query: Query, token: str) -> Subscription | None:
    """The subscription that a token confirms, deleted or not."""
    rows = query(f"{_SELECT} WHERE s.token = ?", (token,))
    return _subscription(rows[0]) if rows else None


def by_endpoint(query: Query, topic: int, protocol: str, endpoint: str) -> Subscription | None:
    """The subscription of an endpoint, not deleted."""
    rows = query(
        f"{_SELECT} WHERE s.topic = ? AND s.protocol = ? AND s.endpoint = ? AND s.state <> 'deleted'",
        (topic, protocol, endpoint),
    )
    return _subscription(rows[0]) if rows else None


def by_numbers(query: Query, numbers: list[int]) -> dict[int, Subscription]:
    """Subscriptions by their numbers; those that are gone are not among them."""
    rows = query(
        f"{_SELECT} WHERE s.id IN (SELECT value FROM json_each(?)) AND s.state <> 'deleted'",  # noqa: S608 - columns
        (json.dumps(numbers),),
    )
    return {row[0]: _subscription(row) for row in rows}


def confirmed(query: Query, topic: int) -> list[Subscription]:
    """All that get messages of a topic."""
    rows = query(f"{_SELECT} WHERE s.topic = ? AND s.state = ? ORDER BY s.id", (topic, CONFIRMED))
    return [_subscription(row) for row in rows]


def page_of_topic(query: Query, topic: int, after: int, limit: int) -> list[Subscription]:
    """Subscriptions of a topic behind `after`."""
    rows = query(
        f"{_SELECT} WHERE s.topic = ? AND s.id > ? AND s.state <> 'deleted' ORDER BY s.id LIMIT ?",
        (topic, after, limit),
    )
    return [_subscription(row) for row in rows]


def some_of_topic(query: Query, topic: int, limit: int, offset: int) -> list[Subscription]:
    """Some subscriptions of a topic, in the order in which they were made."""
    rows = query(
        f"{_SELECT} WHERE s.topic = ? AND s.state <> 'deleted' ORDER BY s.id LIMIT ? OFFSET ?",
        (topic, limit, offset),
    )
    return [_subscription(row) for row in rows]


def page_of_account(
    query: Query, account: str, region: str, after: int, limit: int
) -> list[Subscription]:
    """Subscriptions of an account behind `after`."""
    rows = query(
        f"{_SELECT} WHERE s.account = ? AND s.region = ? AND s.id > ? AND s.state <> 'deleted' ORDER BY s.id LIMIT ?",
        (account, region, after, limit),
    )
    return [_subscription(row) for row in rows]


def counts(query: Query, topic: int) -> Counts:
    """Subscriptions of a topic by state."""
    rows = query("SELECT state, count(*) FROM subscription WHERE topic = ? GROUP BY 1", (topic,))
    found: dict[str, int] = dict(rows)
    return Counts(found.get(CONFIRMED, 0), found.get(PENDING, 0), found.get(DELETED, 0))


def filters(query: Query, topic: int) -> int:
    """How many subscriptions of a topic have a filter policy."""
    ((found,),) = query(
        "SELECT count(*) FROM subscription WHERE topic = ? AND state <> 'deleted' AND settings LIKE '%\"FilterPolicy\":%'",
        (topic,),
    )
    return int(found)


def insert(connection: Connection, new: Subscription) -> int:
    """Keeps a new subscription and returns its number."""
    row = connection.execute(
        "INSERT INTO subscription (topic, uuid, account, region, owner, protocol, endpoint, state, is_authenticated,"
        " token, base, settings, changed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            new.topic,
            new.uuid,
            new.account,
            new.region,
            new.owner,
            new.protocol,
            new.endpoint,
            new.state,
            new.is_authenticated,
            new.token,
            new.base,
            json.dumps(new.settings),
            new.changed_at,
        ),
    ).lastrowid
    return row or 0


def save(connection: Connection, changed: Subscription) -> None:
    """Keeps what was changed."""
    connection.execute(
        "UPDATE subscription SET state = ?, is_authenticated = ?, needs_authentication = ?, token = ?, settings = ?,"
        " changed_at = ? WHERE id = ?",
        (
            changed.state,
            changed.is_authenticated,
            changed.needs_authentication,
            changed.token,
            json.dumps(changed.settings),
            changed.changed_at,
            changed.id,
        ),
    )


def delete(connection: Connection, number: int) -> None:
    """Removes a subscription."""
    connection.execute("DELETE FROM subscription WHERE id = ?", (number,))


def sweep(connection: Connection, before: int) -> None:
    """Removes some of those that were never confirmed, or can be restored no more."""
    connection.execute(
        "DELETE FROM subscription WHERE id IN (SELECT id FROM subscription WHERE state <> 'confirmed' AND changed_at < ?"
        " LIMIT ?)",
        (before, SWEEP),
    )
