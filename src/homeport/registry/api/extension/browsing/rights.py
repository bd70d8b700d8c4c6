"""What a caller may do in a repository, as it is in the end: by their rights, the switches of the registry, and whose it is."""

from __future__ import annotations

from homeport.registry import errors
from homeport.registry.access import caller as callers
from homeport.registry.access.caller import DELETE, PULL, PUSH, Caller
from homeport.registry.options import Options


class Rights:
    """Decides by the options that are in force."""

    def __init__(self, options: Options) -> None:
        switched_off = set()
        if options.is_readonly:
            switched_off = {PUSH, DELETE}
        elif not options.may_delete:
            switched_off = {DELETE}
        self._on = [action for action in (PULL, PUSH, DELETE) if action not in switched_off]
        self._mirrored = {upstream.prefix for upstream in options.upstreams}

    def of(self, caller: Caller, repository: str) -> list[str]:
        """Actions in a repository. Nobody pushes into a mirror."""
        is_mirrored = bool(self._mirrored) and self._is_mirrored(repository)
        return [
            action
            for action in self._on
            if caller.may(action, repository) and not (action == PUSH and is_mirrored)
        ]

    def somewhere(self, caller: Caller, action: str) -> bool:
        """Whether there can be a repository where they may do it."""
        return action in self._on and caller.may_somewhere(action)

    def _is_mirrored(self, repository: str) -> bool:
        head = repository
        while head:
            head = head.rpartition("/")[0]
            if head in self._mirrored:
                return True
        return False


def absent(name: str) -> errors.Failure:
    """The same for a repository that is not there and for one that the caller may not see."""
    return errors.Failure("NAME_UNKNOWN", f"there is no repository {name}", detail={"name": name})


def check_visible(caller: Caller, name: str) -> None:
    """Raises where the caller may not pull."""
    if not caller.may(callers.PULL, name):
        raise absent(name)
