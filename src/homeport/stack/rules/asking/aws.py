"""Clients of botocore that reach the cloud by its name, wherever it is, and whose errors are for people.

botocore asks whoever has subscribed to `before-send` for the answer, before it opens a connection of its own:
https://botocore.amazonaws.com/v1/documentation/api/latest/topics/events.html
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import botocore.awsrequest
import botocore.config
import botocore.exceptions
import botocore.session

from homeport import errors
from homeport.stack.rules.asking import connections

REGION = "us-east-1"
_CONFIG = botocore.config.Config(
    s3={"addressing_style": "path"},
    retries={"total_max_attempts": 1, "mode": "standard"},
    parameter_validation=True,
)
"""The certificate has no name of a bucket; what fails is told, not tried again."""


_NO_FILES = {
    "profile": (None, None, None, None),
    "config_file": (None, None, os.devnull, None),
    "credentials_file": (None, None, os.devnull, None),
}


class Clients:
    """Makes clients, each once."""

    def __init__(self, reached: connections.Connections, host: str, access_key: str) -> None:
        self._reached = reached
        self._host = host
        # No file of the user's and no AWS_PROFILE says anything about this cloud.
        self._session = botocore.session.Session(session_vars=_NO_FILES)
        self._session.set_credentials(access_key, "test")
        self._made: dict[str, Client] = {}

    def of(self, service: str) -> Client:
        """The client of a service."""
        if service not in self._made:
            place = self._reached.place(self._host)
            made = self._session.create_client(
                service,
                region_name=REGION,
                endpoint_url=f"{'https' if place.is_encrypted else 'http'}://{self._host}",
                config=_CONFIG,
            )
            made.meta.events.register("before-send", self._send)
            self._made[service] = Client(made, service)
        return self._made[service]

    def _send(self, request: Any, **_: Any) -> Any:
        body = request.body or b""
        asked = connections.Request(
            request.method, connections.target(request.url), _headers(request), _bytes(body)
        )
        response = self._reached.send(self._host, asked)
        return botocore.awsrequest.AWSResponse(
            request.url, response.status, response.headers, response
        )


class Client:
    """A client, whose operations raise `HomeportError`."""

    def __init__(self, made: Any, service: str) -> None:
        self._made = made
        self._service = service

    def __getattr__(self, name: str) -> Callable[..., Any]:
        operation = getattr(self._made, name)

        def call(**parameters: Any) -> Any:
            try:
                return operation(**parameters)
            except (
                botocore.exceptions.BotoCoreError,
                botocore.exceptions.ClientError,
            ) as error:
                raise errors.HomeportError(
                    f"{self._service} {name}: {_said(error)}",
                    hint="homeport logs cloud tells more.",
                ) from error

        return call


def _said(error: Exception) -> str:
    """Code and message of AWS, or botocore's own words."""
    its = getattr(error, "response", {}).get("Error", {})
    return f"{its['Code']}, {its.get('Message', '')}" if its.get("Code") else str(error)


def _headers(request: Any) -> dict[str, str]:
    """`Host` is what was signed, and is given by the connection in any case."""
    pairs = ((name, _text(value)) for name, value in request.headers.items())
    return {name: value for name, value in pairs if name.lower() != "host"}


def _text(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def _bytes(body: Any) -> bytes:
    if isinstance(body, str):
        return body.encode()
    return bytes(body.read() if hasattr(body, "read") else body)
