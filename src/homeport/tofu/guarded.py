"""An engine of which each error is one for a person: a disk that is full, or a home that cannot be written to, too."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from homeport import errors
from homeport.tofu.engine import Definition, Engine, Present, Proposed, Told


class Guarded:
    """`engine.Engine`, as another one fulfils it."""

    def __init__(self, inner: Engine) -> None:
        self._inner = inner

    def plan(self, wanted: Definition) -> Proposed:
        """As the engine."""
        with _explained():
            return self._inner.plan(wanted)

    def apply(self, wanted: Definition, told: Told) -> Present:
        """As the engine."""
        with _explained():
            return self._inner.apply(wanted, told)

    def read(self, wanted: Definition) -> Present | None:
        """As the engine."""
        with _explained():
            return self._inner.read(wanted)

    def destroy(self, wanted: Definition, told: Told, *, deletes_data: bool) -> None:
        """As the engine."""
        with _explained():
            self._inner.destroy(wanted, told, deletes_data=deletes_data)


@contextlib.contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        raise errors.HomeportError(
            f"{where}{errors.reason(error)}.",
            hint="See whether the folder is there and can be written to, and whether there is room (df -h).",
        ) from error
