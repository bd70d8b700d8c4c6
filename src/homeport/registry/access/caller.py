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

    def may_somewhere(self, action: str) -> bool:
        """Whether there can be a repository where they may do it."""


class Known:
    """A caller whose rights follow from no rule: may do everything, or nothing."""

    def __init__(self, name: str, *, is_admin: bool) -> None:
        self.name = name
        self.is_admin = is_admin

    def may(self, action: str, repository: str) -> bool:
        """The same for all."""
        del action, repository
        return self.is_admin

    def may_somewhere(self, action: str) -> bool:
        """The same for all."""
        del action
        return self.is_admin


EVERYBODY = Known("", is_admin=True)
"""Any caller of a registry without users."""
NOBODY = Known("", is_admin=False)
"""A caller of whom nothing is known."""


def of(request: http.Request) -> Caller:
    """Who sent a request, once the registry has looked at its credentials."""
    caller: Caller = request.caller or NOBODY
    return caller
