"""What STS asks of IAM: who the holder of a long-term access key is, and which role an ARN names."""

from __future__ import annotations

from typing import NamedTuple, Protocol


class Role(NamedTuple):
    """A role as IAM keeps it."""

    id: str
    max_duration_s: int


class User(NamedTuple):
    """A user as IAM keeps it."""

    id: str
    arn: str


class Directory(Protocol):
    """The roles and users of all accounts."""

    async def role(self, arn: str, /) -> Role | None:
        """The role that an ARN names."""

    async def user(self, access_key: str, /) -> User | None:
        """The user that an active access key was given to."""


class Nobody:
    """A directory without entries, where no IAM runs."""

    async def role(self, _: str, /) -> Role | None:
        """No role."""
        return None

    async def user(self, _: str, /) -> User | None:
        """No user."""
        return None
