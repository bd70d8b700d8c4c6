"""The pools of all versions: those whose state is the newest, and those that were replaced and still run something."""

from __future__ import annotations

from collections.abc import Iterator

from homeport.aws.lambda_.invoking.environments.environment import Environment
from homeport.aws.lambda_.invoking.environments.pool import Pool
from homeport.aws.lambda_.model import Function, Version


class Pools:
    """Finds pools; one that has nothing left is forgotten."""

    def __init__(self) -> None:
        self._newest: dict[tuple[Function, str], Pool] = {}
        self._retired: set[Pool] = set()

    def __iter__(self) -> Iterator[Pool]:
        """All of them, those that were replaced first."""
        return iter([*self._retired, *self._newest.values()])

    def of(self, version: Version) -> Pool:
        """The pool of a version; environments of an older state of it end."""
        key = (version.function, version.version)
        pool = self._newest.get(key)
        if pool is None or pool.version.revision != version.revision:
            if pool is not None:
                self.retire(pool)
            pool = self._newest[key] = Pool(version)
        return pool

    def for_run(self, version: Version) -> Pool:
        """The pool of a version that was asked for before; where it was replaced since, one for this run alone."""
        pool = self._newest.get((version.function, version.version))
        if pool is None or pool.version.revision != version.revision:
            pool = Pool(version)
            pool.is_retired = True
            self._retired.add(pool)
        return pool

    def with_(self, environment: Environment) -> Pool:
        """The pool that an environment is in."""
        version = environment.version
        pool = self._newest.get((version.function, version.version))
        if pool is not None and environment in pool.environments:
            return pool
        return next(each for each in self._retired if environment in each.environments)

    def of_function(self, function: Function) -> list[Pool]:
        """The newest pools of all versions of a function."""
        return [pool for key, pool in self._newest.items() if key[0] == function]

    def idle_longest(self) -> Environment | None:
        """The environment that is idle for the longest, whosever it is."""
        first = (pool.idle[0] for pool in self._newest.values() if pool.idle)
        return min(first, key=lambda each: each.idle_since, default=None)

    def retire(self, pool: Pool) -> None:
        """Its version was replaced: what is idle ends, what runs ends its run first."""
        pool.is_retired = True
        self._drop(pool)
        if not pool.is_empty:
            self._retired.add(pool)
        while pool.idle:
            pool.idle.pop().end()

    def tidy(self, pool: Pool) -> None:
        """Forgets a pool that has nothing left."""
        if pool.is_empty:
            self._retired.discard(pool)
            self._drop(pool)

    def _drop(self, pool: Pool) -> None:
        key = (pool.version.function, pool.version.version)
        if self._newest.get(key) is pool:
            del self._newest[key]
