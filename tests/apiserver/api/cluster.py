"""What the operations of one server share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.apiserver import hooks, kinds
from tests.apiserver.kinds import Kind
from tests.apiserver.shape.schemas import Schemas
from tests.apiserver.store import Store


@dataclass(slots=True)
class Cluster:
    """The objects, the kinds that are installed, and who else has a say."""

    store: Store
    version: str
    installed: tuple[str, ...]
    schemas: Schemas
    is_closing: Callable[[], bool] = lambda: False
    admission: hooks.Admission | None = None
    logs: hooks.Logs | None = None

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The kinds that are served."""
        return kinds.installed(self.installed)

    def kind_at(self, group: str, version: str, plural: str) -> Kind | None:
        """The kind of a path, where it is served."""
        kind = kinds.at(group, version, plural)
        if kind is None or (kind in kinds.CUSTOM and kind.group not in self.installed):
            return None
        return kind
