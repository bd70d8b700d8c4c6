"""What a table is. Values only: the catalog keeps the current ones, the store writes them down."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class KeySchema:
    """The attributes that a key is made of.

    A table has one of each kind at most, a global secondary index up to four of each:
    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.DesignPattern.MultiAttributeKeys.html
    """

    partition: tuple[str, ...]
    sort: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """All attributes, the partition key's first."""
        return self.partition + self.sort


@dataclass(frozen=True, slots=True)
class Index:
    """A secondary index."""

    space: int
    """The number of its rows in the store."""
    name: str
    is_local: bool
    keys: KeySchema
    projection: str
    """`ALL`, `KEYS_ONLY` or `INCLUDE`."""
    included: tuple[str, ...] = ()
    """Attributes of an `INCLUDE` beside the keys."""
    status: str = "ACTIVE"
    """https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GlobalSecondaryIndexDescription.html"""
    is_backfilling: bool = False
    settings: Mapping[str, Any] = field(default_factory=dict)
    """Members that only a description repeats: `ProvisionedThroughput`, `OnDemandThroughput`, `WarmThroughput`."""

    def projected(self, table: Table) -> frozenset[str] | None:
        """The attributes that the index holds; None for all."""
        if self.projection == "ALL":
            return None
        return frozenset((*table.keys.names, *self.keys.names, *self.included))


@dataclass(frozen=True, slots=True)
class Stream:
    """The stream of a table; it stays readable for a day after it was switched off."""

    id: int
    label: str
    """Its time of birth, as in the end of its ARN."""
    view: str
    """`KEYS_ONLY`, `NEW_IMAGE`, `OLD_IMAGE` or `NEW_AND_OLD_IMAGES`."""


@dataclass(frozen=True, slots=True)
class Recovery:
    """Point-in-time recovery, while it is on."""

    since_ms: int
    days: int


@dataclass(frozen=True, slots=True)
class Table:
    """A table as it is now. Changing one makes another (`dataclasses.replace`)."""

    id: int
    """Never used again, also the number of the table's rows in the store (their space)."""
    account: str
    region: str
    name: str
    uuid: str
    created_ms: int
    keys: KeySchema
    types: Mapping[str, str]
    """`S`, `N` or `B` by the name of each defined attribute, in the order of AttributeDefinitions."""
    indexes: tuple[Index, ...] = ()
    status: str = "ACTIVE"
    stream: Stream | None = None
    """Set only while changes are written to it."""
    ttl: str | None = None
    """The attribute that holds the time of expiry; set only while expiry is on."""
    recovery: Recovery | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    """What is remembered for descriptions and policies only, JSON by the names of the model's members: `BillingMode`,
    `ProvisionedThroughput`, `TableClass`, `DeletionProtectionEnabled`, `Tags`, `ResourcePolicy`, ..."""

    @property
    def arn(self) -> str:
        """https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html"""
        return f"arn:aws:dynamodb:{self.region}:{self.account}:table/{self.name}"

    def index(self, name: str) -> Index | None:
        """The index of this name."""
        return next((index for index in self.indexes if index.name == name), None)

    @property
    def local_indexes(self) -> Iterator[Index]:
        """The local secondary indexes."""
        return (index for index in self.indexes if index.is_local)

    @property
    def global_indexes(self) -> Iterator[Index]:
        """The global secondary indexes."""
        return (index for index in self.indexes if not index.is_local)
