"""Applications, endpoints, text message settings and phones in the database."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from homeport.aws.sns.store.topics import Connection, Query


class Application(NamedTuple):
    """An application on a push service."""

    id: int
    account: str
    region: str
    platform: str
    name: str
    settings: dict[str, str]

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What there is only one of."""
        return self.account, self.region, self.platform, self.name

    @property
    def arn(self) -> str:
        """Its ARN."""
        return f"arn:aws:sns:{self.region}:{self.account}:app/{self.platform}/{self.name}"


class Endpoint(NamedTuple):
    """An application on one device."""

    id: int
    uuid: str
    token: str
    settings: dict[str, str]
    application: Application

    @property
    def arn(self) -> str:
        """Its ARN."""
        app = self.application
        return (
            f"arn:aws:sns:{app.region}:{app.account}:endpoint/{app.platform}/{app.name}/{self.uuid}"
        )

    @property
    def attributes(self) -> dict[str, str]:
        """All that is told of it."""
        return {"Enabled": "true", **self.settings, "Token": self.token}


_APPLICATION = "a.id, a.account, a.region, a.platform, a.name, a.settings"
_ENDPOINT = f"SELECT e.id, e.uuid, e.token, e.settings, {_APPLICATION} FROM endpoint e JOIN application a ON a.id = e.application"  # noqa: S608 - columns


def _application(row: tuple[Any, ...]) -> Application:
    return Application._make((*row[:5], json.loads(row[5])))


def _endpoint(row: tuple[Any, ...]) -> Endpoint:
    return Endpoint._make((*row[:3], json.loads(row[3]), _application(row[4:])))


def application(query: Query, key: tuple[str, str, str, str]) -> Application | None:
    """The application of an account, region, platform and name."""
    rows = query(
        f"SELECT {_APPLICATION} FROM application a"  # noqa: S608 - columns
        " WHERE a.account = ? AND a.region = ? AND a.platform = ? AND a.name = ?",
        key,
    )
    return _application(rows[0]) if rows else None


def applications(
    query: Query, account: str, region: str, after: int, limit: int
) -> list[Application]:
    """Applications of an account behind `after`."""
    rows = query(
        f"SELECT {_APPLICATION} FROM application a WHERE a.account = ? AND a.region = ? AND a.id > ? ORDER BY a.id LIMIT ?",  # noqa: S608 - columns
        (account, region, after, limit),
    )
    return [_application(row) for row in rows]


def save_application(connection: Connection, made: Application) -> None:
    """Keeps an application, or its changed settings."""
    connection.execute(
        "INSERT INTO application (account, region, platform, name, settings) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (account, region, platform, name) DO UPDATE SET settings = excluded.settings",
        (*made[1:5], json.dumps(made.settings)),
    )


def delete_application(connection: Connection, number: int) -> None:
    """Removes an application with its endpoints."""
    connection.execute("DELETE FROM application WHERE id = ?", (number,))
    connection.execute("DELETE FROM endpoint WHERE application = ?", (number,))


def endpoint(query: Query, uuid: str) -> Endpoint | None:
    """An endpoint by the last part of its ARN."""
    rows = query(f"{_ENDPOINT} WHERE e.uuid = ?", (uuid,))
    return _endpoint(rows[0]) if rows else None


def endpoint_of_token(query: Query, application: int, token: str) -> Endpoint | None:
    """The endpoint of a device."""
    rows = query(f"{_ENDPOINT} WHERE e.application = ? AND e.token = ?", (application, token))
    return _endpoint(rows[0]) if rows else None


def endpoints(query: Query, application: int, after: int, limit: int) -> list[Endpoint]:
    """Endpoints of an application behind `after`."""
    rows = query(
        f"{_ENDPOINT} WHERE e.application = ? AND e.id > ? ORDER BY e.id LIMIT ?",
        (application, after, limit),
    )
    return [_endpoint(row) for row in rows]


def insert_endpoint(connection: Connection, made: Endpoint) -> None:
    """Keeps a new endpoint."""
    connection.execute(
        "INSERT INTO endpoint (application, uuid, token, settings) VALUES (?, ?, ?, ?)",
        (made.application.id, made.uuid, made.token, json.dumps(made.settings)),
    )


def save_endpoint(connection: Connection, changed: Endpoint) -> None:
    """Keeps what was changed."""
    connection.execute(
        "UPDATE endpoint SET token = ?, settings = ? WHERE id = ?",
        (changed.token, json.dumps(changed.settings), changed.id),
    )


def delete_endpoint(connection: Connection, uuid: str) -> None:
    """Removes an endpoint."""
    connection.execute("DELETE FROM endpoint WHERE uuid = ?", (uuid,))


def sms_settings(query: Query, account: str, region: str) -> dict[str, str]:
    """What was set for text messages."""
    rows = query(
        "SELECT name, value FROM sms_setting WHERE account = ? AND region = ?", (account, region)
    )
    return dict(rows)


def set_sms(connection: Connection, account: str, region: str, values: dict[str, str]) -> None:
    """Keeps settings for text messages."""
    connection.executemany(
        "INSERT OR REPLACE INTO sms_setting (account, region, name, value) VALUES (?, ?, ?, ?)",
        [(account, region, name, value) for name, value in values.items()],
    )


OPTED_OUT, SANDBOX = "opted-out", "sandbox"


def phones(
    query: Query, kind: str, account: str, region: str, after: str, limit: int
) -> list[tuple[str, str]]:
    """Numbers and their states, in order, behind `after`."""
    rows = query(
        "SELECT number, state FROM phone WHERE account = ? AND region = ? AND kind = ? AND number > ? ORDER BY number LIMIT ?",
        (account, region, kind, after, limit),
    )
    return [(number, state) for number, state in rows]


def phone(query: Query, kind: str, account: str, region: str, number: str) -> str | None:
    """The state of a number; None where it is not kept."""
    rows = query(
        "SELECT state FROM phone WHERE account = ? AND region = ? AND kind = ? AND number = ?",
        (account, region, kind, number),
    )
    return rows[0][0] if rows else None


def save_phone(
    connection: Connection, kind: str, account: str, region: str, number: str, state: str
) -> None:
    """Keeps a number."""
    connection.execute(
        "INSERT OR REPLACE INTO phone (account, region, number, kind, state) VALUES (?, ?, ?, ?, ?)",
        (account, region, number, kind, state),
    )


def delete_phone(connection: Connection, kind: str, account: str, region: str, number: str) -> None:
    """Removes a number."""
    connection.execute(
        "DELETE FROM phone WHERE account = ? AND region = ? AND kind = ? AND number = ?",
        (account, region, kind, number),
    )
