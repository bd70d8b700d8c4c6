"""Functions of these tests."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import pytest

from homeport.console.cloud.lambda_.code import packages

Make = Callable[..., str]
RUNTIME = f"python3.{sys.version_info.minor}"
ROLE = "arn:aws:iam::000000000000:role/lambda"
HELLO = "def handler(event, context):\n    return {'hello': event.get('name', 'world')}\n"
PAGES = (
    "",
    "/test",
    "/logs",
    "/sources",
    "/versions",
    "/environment",
    "/events",
    "/access",
    "/settings",
)
"""Of a function, below its path."""


@pytest.fixture
def client(standing) -> Any:
    """The cloud's own Lambda, asked past the console."""
    return standing.client("lambda")


@pytest.fixture
def make(client, request) -> Make:
    """Makes a function of one test; its name is that of the test, as far as it fits, with an ending."""

    def made(ending: str = "", files: dict[str, str] | None = None, **more: Any) -> str:
        name = request.node.originalname.removeprefix("test_")[: 60 - len(ending)] + ending
        code = packages.of_files(files or {"app.py": HELLO}, 0)
        given = {"Runtime": RUNTIME, "Handler": "app.handler", "Role": ROLE, "Timeout": 10, **more}
        client.create_function(FunctionName=name, Code={"ZipFile": code}, **given)
        return name

    return made


def path(name: str, end: str = "") -> str:
    """The address of a page of a function."""
    return f"/lambda/functions/{name}{end}"
