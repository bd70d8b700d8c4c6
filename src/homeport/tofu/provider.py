"""The provider: its own block, and which engine makes which stacks."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any

from homeport import errors
from homeport.tofu import declared, engine, guarded, installing, logs, resource, schema
from homeport.tofu.engine import Told
from homeport.tofu.protocol import UNKNOWN, Diagnostics, State


class Provider:
    """As `tf` wants it. Its calls come from several threads."""

    def __init__(
        self,
        engines: Mapping[str, Callable[[], engine.Engine]],
        notes: tuple[str, ...] = (),
    ) -> None:
        """`engines` makes that of each target; `notes` is what a person should know at each command."""
        self._engines, self._notes = engines, notes
        self._is_stopping = threading.Event()
        self.access = declared.Access()
        self.stored: dict[str, State] = {}
        self.refreshed: set[str] = set()
        self.created: set[str] = set()

    def stop(self) -> None:
        """Has everything that is under way end as soon as it is whole."""
        self._is_stopping.set()

    # For the resource

    def engine(self, target: str) -> engine.Engine:
        """That of a target. Raises `HomeportError`."""
        if target not in self._engines:
            raise errors.HomeportError(
                f"There is no target {target!r}.", hint=f"There are {', '.join(self._engines)}."
            )
        return guarded.Guarded(self._engines[target]())

    def told(self, stack: str) -> Told:
        """Writes each sentence down once in a row; raises `Interrupted` once it is to stop."""
        last = ""

        def tell(text: str) -> None:
            nonlocal last
            if self._is_stopping.is_set():
                raise engine.Interrupted(
                    "Interrupted.",
                    hint="Each object is as it was, or changed whole: terraform apply (or destroy) goes on from there.",
                )
            if text != last:
                last = text
                logs.info(f"{stack}: {text}")

        return tell

    # For tf

    def get_model_prefix(self) -> str:
        """What the names of its resources begin with."""
        return "homeport_"

    def full_name(self) -> str:
        """Its address."""
        return installing.ADDRESS

    def get_provider_schema(self, diags: Diagnostics) -> Any:
        """The attributes of its block."""
        del diags
        return schema.provider()

    def get_data_sources(self) -> list[Any]:
        """There are none."""
        return []

    def get_functions(self) -> list[Any]:
        """There are none."""
        return []

    def get_resources(self) -> list[Any]:
        """The one that there is."""
        return [resource.Stack]

    def new_resource(self, klass: type[resource.Stack]) -> resource.Stack:
        """One for a call."""
        return klass(self)

    def validate_config(self, diags: Diagnostics, config: State) -> None:
        """Takes each block: a file that is not there may still be made."""

    def configure_provider(self, diags: Diagnostics, config: State) -> None:
        """Takes over what the block says."""
        for note in self._notes:
            diags.add_warning("The provider of Homeport", note)
        given = {name: config.get(name) for name in ("kubeconfig", "context", "data")}
        is_known = UNKNOWN not in given.values()
        texts = {name: value or "" for name, value in given.items()} if is_known else {}
        self.access = declared.Access(**texts, is_known=is_known)
