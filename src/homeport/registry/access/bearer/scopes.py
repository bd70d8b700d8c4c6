"""What a token is asked to be good for, and what it is good for in the end.

https://distribution.github.io/distribution/spec/auth/scope/
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from homeport.registry import errors, limits
from homeport.registry.access import caller, rules
from homeport.registry.grammar import names

CATALOG = "registry:catalog:*"
"""The scope of the list of repositories: https://github.com/distribution/distribution/blob/main/registry/handlers/app.go (appendCatalogAccessRecord)"""

_ORDER = (caller.PULL, caller.PUSH, caller.DELETE)

# resourcetypevalue [ '(' resourcetypevalue ')' ] ":" resourcename ":" action [ ',' action ]*; the name may have a colon, in a port
_SCOPE = re.compile(r"([a-z0-9]+)(?:\([a-z0-9]+\))?:(.+):([a-z*]*(?:,[a-z*]*)*)")

Access = Mapping[str, frozenset[str]]
"""Actions by repository."""


class Granted(NamedTuple):
    """What a token is good for."""

    repositories: Access
    has_catalog: bool = False

    def claim(self) -> list[dict[str, object]]:
        """As it stands in the token: https://distribution.github.io/distribution/spec/auth/jwt/"""
        found: list[dict[str, object]] = [
            {"type": "repository", "name": name, "actions": _sorted(actions)}
            for name, actions in self.repositories.items()
        ]
        if self.has_catalog:
            found.append({"type": "registry", "name": "catalog", "actions": ["*"]})
        return found

    def text(self) -> str:
        """As a list of scopes."""
        found = [repository(name, *actions) for name, actions in self.repositories.items()]
        return " ".join([*found, CATALOG] if self.has_catalog else found)


def repository(name: str, *actions: str) -> str:
    """The scope of actions in a repository."""
    return f"repository:{name}:{','.join(_sorted(actions))}"


def of_claim(claim: Sequence[Mapping[str, object]]) -> Granted:
    """What the claim of one of our own tokens says."""
    repositories: dict[str, frozenset[str]] = {}
    has_catalog = False
    for entry in claim:
        name, actions = entry["name"], entry["actions"]
        if entry["type"] == "registry":
            has_catalog = True
        elif isinstance(name, str) and isinstance(actions, list):
            repositories[name] = frozenset(actions)
    return Granted(repositories, has_catalog)


def cut(asked: Sequence[str], holder: caller.Caller) -> Granted:
    """Of what is asked, what the holder may. To have less than was asked for is no error, and what is not understood is not granted.

    https://distribution.github.io/distribution/spec/auth/token/#example
    """
    listed = [scope for field in asked for scope in field.split(" ") if scope]
    if len(listed) > limits.SCOPES:
        raise errors.Failure(
            "UNSUPPORTED", f"a token is good for {limits.SCOPES} scopes at most", status=400
        )
    repositories: dict[str, frozenset[str]] = {}
    has_catalog = False
    for scope in listed:
        found = _SCOPE.fullmatch(scope)
        if found is None:
            continue
        kind, name, actions = found[1], found[2], set(found[3].split(","))
        if kind == "repository" and names.is_repository(name):
            allowed = {
                action for action in _ORDER if actions & {action, "*"} and holder.may(action, name)
            }
            repositories[name] = repositories.get(name, frozenset()) | allowed
        elif scope == CATALOG:
            has_catalog = True
    return Granted({name: may for name, may in repositories.items() if may}, has_catalog)


class Scoped:
    """A caller with a token: may what the token is good for, as long as its holder may it too."""

    __slots__ = ("granted", "holder", "is_admin", "name")

    def __init__(self, holder: rules.Holder, granted: Granted) -> None:
        self.holder = holder
        self.granted = granted
        self.name = holder.name
        self.is_admin = False
        """A token is for repositories, whoever holds it."""

    def may(self, action: str, repository: str) -> bool:
        """Whether they may do it there."""
        allowed = self.granted.repositories.get(repository)
        return allowed is not None and action in allowed and self.holder.may(action, repository)

    def may_somewhere(self, action: str) -> bool:
        """Whether the token is good for it in any repository."""
        return any(self.may(action, repository) for repository in self.granted.repositories)


def _sorted(actions: Sequence[str] | frozenset[str]) -> list[str]:
    return sorted(actions, key=_ORDER.index)
