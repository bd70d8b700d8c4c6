"""Who asks, as the end points see it."""

from __future__ import annotations

from typing import Protocol

from homeport.edge import http

PULL, PUSH, DELETE = "pull", "push", "delete"
"""What can be let: https://distribution.github.io/distribution/spec/auth/scope/#resource-actions"""


class Caller(Protocol):
    """Somebody with rights."""

    @property
    def name(self) -> str:
        """The user's or robot's name; empty for who has given none."""

    @property
    def is_admin(self) -> bool:
        """Whether they may do what concerns the whole registry."""

    def may(self, action: str, repository: str) -> bool:
        """Whether they may do it there."""


class Everybody:
    """Any caller of a registry without users: may do everything."""

    name = ""
    is_admin = True

    def may(self, action: str, repository: str) -> bool:
        """Yes."""
        del action, repository
        return True


EVERYBODY = Everybody()


class Nobody:
    """A caller of whom nothing is known: may do nothing."""

    name = ""
    is_admin = False

    def may(self, action: str, repository: str) -> bool:
        """No."""
        del action, repository
        return False


NOBODY = Nobody()


def of(request: http.Request) -> Caller:
    """Who sent a request, once the registry has looked at its credentials."""
    caller: Caller = request.caller or NOBODY
    return caller
