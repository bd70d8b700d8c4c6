"""One table, as its pages see it.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TableDescription.html
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from homeport.console.asking.troubles import Trouble
from homeport.console.cloud.dynamodb.values import Item
from homeport.console.rendering import filters
from homeport.console.visit import Visit

TABS = (
    ("Items", ""),
    ("Indexes", "/indexes"),
    ("Stream", "/stream"),
    ("Backups", "/backups"),
    ("Import", "/import"),
    ("Settings", "/settings"),
)
NO_PAGE = "There is no such table in this account and region."


class Key(NamedTuple):
    """An attribute of a key; `kind` is S, N or B."""

    name: str
    kind: str


@dataclass(frozen=True)
class Index:
    """What can be queried: the table itself has an empty name."""

    name: str
    keys: tuple[Key, ...]
    is_global: bool
    said: dict[str, Any]

    @property
    def projection(self) -> str:
        """Which attributes it holds, in words."""
        its = self.said.get("Projection", {})
        if its.get("ProjectionType") == "INCLUDE":
            return "keys and " + ", ".join(its.get("NonKeyAttributes", []))
        return {"KEYS_ONLY": "keys only"}.get(its.get("ProjectionType", ""), "all attributes")

    @property
    def written(self) -> str:
        """Its keys in words."""
        return ", ".join(f"{key.name} ({key.kind})" for key in self.keys)


@dataclass(frozen=True)
class Table:
    """One table."""

    name: str
    main: Index
    indexes: tuple[Index, ...]
    said: dict[str, Any]
    """What DescribeTable says."""

    @property
    def keys(self) -> tuple[Key, ...]:
        """Its own key."""
        return self.main.keys

    @property
    def names(self) -> list[str]:
        """The attributes of its key."""
        return [key.name for key in self.keys]

    @property
    def path(self) -> str:
        """Where its pages are."""
        return address(self.name)

    @property
    def stream(self) -> str:
        """The ARN of its stream; empty where it has none."""
        is_on = self.said.get("StreamSpecification", {}).get("StreamEnabled", False)
        return str(self.said.get("LatestStreamArn", "")) if is_on else ""

    @property
    def arn(self) -> str:
        """Its ARN."""
        return str(self.said["TableArn"])

    @property
    def is_on_demand(self) -> bool:
        """Whether it is paid by the request: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/capacity-mode.html"""
        mode = self.said.get("BillingModeSummary", {}).get("BillingMode", "PROVISIONED")
        return bool(mode == "PAY_PER_REQUEST")

    def index(self, name: str) -> Index:
        """One of its indexes; itself by an empty name. Raises `Trouble`."""
        for each in (self.main, *self.indexes):
            if each.name == name:
                return each
        raise Trouble(f"{self.name} has no index {name}.", status=404)

    def key(self, item: Item) -> Item:
        """The key of one of its items. Raises `Trouble` where a part of it is missing."""
        missing = [name for name in self.names if name not in item]
        if missing:
            raise Trouble(f"The key needs {' and '.join(missing)}.", hint="Nothing was written.")
        return {name: item[name] for name in self.names}


def address(name: str) -> str:
    """Where the pages of a table are."""
    return f"/dynamodb/tables/{filters.segment(name)}"


def read(said: dict[str, Any]) -> Table:
    """A table from its description."""
    kinds = {a["AttributeName"]: a["AttributeType"] for a in said.get("AttributeDefinitions", [])}
    indexes = [
        Index(each["IndexName"], _keys(each["KeySchema"], kinds), is_global, each)
        for name, is_global in (("GlobalSecondaryIndexes", True), ("LocalSecondaryIndexes", False))
        for each in said.get(name, [])
    ]
    main = Index("", _keys(said["KeySchema"], kinds), is_global=False, said=said)
    return Table(said["TableName"], main, tuple(indexes), said)


def _keys(schema: Sequence[dict[str, str]], kinds: dict[str, str]) -> tuple[Key, ...]:
    ordered = sorted(schema, key=lambda each: each["KeyType"] != "HASH")
    return tuple(
        Key(each["AttributeName"], kinds.get(each["AttributeName"], "S")) for each in ordered
    )


async def find(visit: Visit) -> Table:
    """The table that the path names. Raises `Trouble` where there is none."""
    name = visit.names["table"]
    answer = await visit.cloud.call("dynamodb", "DescribeTable", TableName=name)
    return read(answer["Table"])


def frame(table: Table, tab: str, step: str = "") -> dict[str, Any]:
    """What the template around all pages of a table wants; `step` is a page below a tab."""
    way = [("DynamoDB", "/dynamodb"), (table.name, table.path)]
    if tab != "Items" or step:
        way.append((step or tab, ""))
    return {
        "table": table,
        "way": [*way[:-1], (way[-1][0], "")],
        "tabs": [(text, table.path + end, text == tab) for text, end in TABS],
        "tab": tab,
    }
