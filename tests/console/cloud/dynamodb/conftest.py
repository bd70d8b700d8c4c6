"""Tables of these tests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Make = Callable[..., str]


@pytest.fixture
def client(standing) -> Any:
    """The cloud's own DynamoDB, asked past the console."""
    return standing.client("dynamodb")


@pytest.fixture
def make(client, request) -> Make:
    """Makes a table of one test; its name is that of the test with an ending."""

    def made(ending: str = "", sort: str = "N", **more: Any) -> str:
        name = f"{request.node.originalname}{ending}"
        attributes = [{"AttributeName": "id", "AttributeType": "S"}]
        keys = [{"AttributeName": "id", "KeyType": "HASH"}]
        if sort:
            attributes.append({"AttributeName": "at", "AttributeType": sort})
            keys.append({"AttributeName": "at", "KeyType": "RANGE"})
        more.setdefault("AttributeDefinitions", attributes)
        more.setdefault("KeySchema", keys)
        client.create_table(TableName=name, BillingMode="PAY_PER_REQUEST", **more)
        return name

    return made


def city_index() -> dict[str, Any]:
    """An index by city, for `make`."""
    return {
        "AttributeDefinitions": [
            {"AttributeName": "id", "AttributeType": "S"},
            {"AttributeName": "at", "AttributeType": "N"},
            {"AttributeName": "city", "AttributeType": "S"},
        ],
        "GlobalSecondaryIndexes": [
            {
                "IndexName": "by-city",
                "KeySchema": [{"AttributeName": "city", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
    }
