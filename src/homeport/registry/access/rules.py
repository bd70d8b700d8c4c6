"""What the rules let each caller do. Rights add up: a rule only ever lets, and what no rule lets is refused."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from homeport.registry import limits
from homeport.registry.access import caller
from homeport.registry.access.automaton import Automaton, Memory
from homeport.registry.options import Rule

ACTIONS = frozenset({caller.PULL, caller.PUSH, caller.DELETE})

_NOTHING: frozenset[str] = frozenset()
_DECIDING = threading.Lock()
"""Threads decide too, where they read lists of repositories; what was decided is found without it."""

_EVERYTHING = Rule(("**",), tuple(sorted(ACTIONS)), ("*",))
"""What holds where there are no rules."""


class Grant(NamedTuple):
    """Actions in all repositories whose names fit one of some patterns."""

    repositories: Sequence[str]
    actions: Collection[str]


class Grants:
    """Several, put to a name all at once."""

    __slots__ = ("_automaton", "_masks")

    def __init__(self, automaton: Automaton, grants: Iterable[Grant]) -> None:
        patterns: dict[str, list[str]] = {}
        for grant in grants:
            for action in grant.actions:
                patterns.setdefault(action, []).extend(grant.repositories)
        self._automaton = automaton
        self._masks = {action: automaton.mask(those) for action, those in patterns.items()}

    @property
    def actions(self) -> Collection[str]:
        """All that is let anywhere."""
        return self._masks.keys()

    def at(self, repository: str) -> list[str]:
        """The actions that are let there."""
        if not self._masks:
            return []
        ends = self._automaton.read(repository)
        return [action for action, mask in self._masks.items() if ends & mask]


class Holder:
    """A caller with rights of their own: a user, a robot, or whoever gives no credential (with an empty name)."""

    __slots__ = ("_decided", "_grants", "is_admin", "name")

    def __init__(
        self,
        name: str,
        grants: Sequence[Grants],
        decided: dict[tuple[Holder, str], frozenset[str]],
        *,
        is_admin: bool = False,
    ) -> None:
        self.name = name
        self.is_admin = is_admin
        self._grants = grants
        self._decided = decided

    def may(self, action: str, repository: str) -> bool:
        """Whether they may do it there."""
        if self.is_admin:
            return True
        allowed = self._decided.get((self, repository))
        if allowed is None:
            allowed = self._decide(repository)
        return action in allowed

    def may_somewhere(self, action: str) -> bool:
        """Whether there is a pattern by which they may do it."""
        return self.is_admin or any(action in grants.actions for grants in self._grants)

    def _decide(self, repository: str) -> frozenset[str]:
        if len(repository) > limits.NAME_BYTES:
            # No repository is called so, and a pattern takes time with the length of the name.
            return _NOTHING
        allowed = _NOTHING.union(*[grants.at(repository) for grants in self._grants])
        decided = self._decided
        with _DECIDING:
            if len(decided) >= limits.DECISIONS:
                del decided[next(iter(decided))]
            decided[self, repository] = allowed
        return allowed


class Rules:
    """The rules of a registry with users. What was decided is remembered, in all for so many callers and repositories."""

    def __init__(self, rules: Sequence[Rule], admins: Collection[str] = ()) -> None:
        self._rules = rules or [_EVERYTHING]
        self._admins = frozenset(admins)
        self._decided: dict[tuple[Holder, str], frozenset[str]] = {}
        self._memory = Memory()
        every = (pattern for rule in self._rules for pattern in rule.repositories)
        self._automaton = Automaton(every, self._memory)
        self._open = [
            Grant(rule.repositories, [caller.PULL])
            for rule in rules
            if rule.anonymous and caller.PULL in rule.allow
        ]
        self.anonymous = Holder("", [Grants(self._automaton, self._open)], self._decided)
        """Whoever gives no credential."""

    @property
    def has_anonymous(self) -> bool:
        """Whether there is anything that may be pulled without a credential."""
        return bool(self._open)

    def user(self, name: str) -> Holder:
        """A user of the htpasswd file. Without any rule they may do everything."""
        grants = [self._named(name, "*")]
        return Holder(name, grants, self._decided, is_admin=name in self._admins)

    def robot(self, name: str, scopes: Sequence[tuple[str, Collection[str]]]) -> Holder:
        """A robot: it may what its scopes let, and what rules let that name it."""
        own = Automaton([pattern for pattern, _ in scopes], self._memory)
        grants = [Grant([pattern], allow) for pattern, allow in scopes]
        return Holder(name, [Grants(own, grants), self._named(name)], self._decided)

    def _named(self, *names: str) -> Grants:
        """What rules let for one of the names, and what anybody may: nobody loses a right by logging in."""
        named = [
            Grant(rule.repositories, rule.allow)
            for rule in self._rules
            if not set(names).isdisjoint(rule.users)
        ]
        return Grants(self._automaton, named + self._open)
