"""What the provider needs of the rest: stacks that can be planned, applied, read and destroyed. `homeport.cli` fulfils it.

The truth is the cluster, or the data folder: a lost state file is harmless.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple, Protocol

from homeport import errors

Told = Callable[[str], None]
"""Told in a sentence what is done and waited for. Raises `Interrupted` once a person has asked to stop: who waits tells, and so
comes to know of it, at least once a second."""


class Interrupted(errors.HomeportError):
    """A person has asked to stop (Ctrl-C). What is done is done whole; `apply` and `destroy` go on from there."""


class Definition(NamedTuple):
    """A stack as it is declared."""

    target: str
    """`kubernetes` or `local`."""
    name: str
    """The stack's name in the cluster (`kubernetes.name`); of a local one, its data folder, absolute."""
    text: str
    """The content of homeport.toml; it may leave name, target and data folder out, and must not contradict them."""
    kubeconfig: str = ""
    context: str = ""
    """Of the cluster; empty for what the definition, or the environment, says."""
    data: str = ""
    """Of a deployed stack: where this machine keeps what belongs to it (its users); empty for the default."""


class Proposed(NamedTuple):
    """What applying a definition would do."""

    objects: Mapping[str, str]
    """What there will be, with a digest of each as it will be: `Deployment/registry/registry`, `component/registry`, `dns/CNAME/...`.

    A digest is empty where it is known only once it is applied. No secret can be guessed from one."""
    text: str
    """The engine's own plan, for a person; no secret in it."""
    has_changes: bool
    errors: tuple[str, ...] = ()
    """What stands against it, each with what to do (in lines of its own)."""
    warnings: tuple[str, ...] = ()
    endpoints: Mapping[str, str] | None = None
    """URLs by component, as they will be; None where they are known only once it is applied."""


class Present(NamedTuple):
    """A stack as it is."""

    objects: Mapping[str, str]
    """As in `Proposed`: what has drifted has another digest, what is gone is not there."""
    state: str
    """A word of the life cycle."""
    endpoints: Mapping[str, str]
    """URLs by component."""
    warnings: tuple[str, ...] = ()
    """What a person should know, such as where a new password is kept (not the password)."""


class Engine(Protocol):
    """Stacks of one target. Errors are `HomeportError` that name the next step."""

    def plan(self, wanted: Definition) -> Proposed:
        """Asks, and changes nothing."""

    def apply(self, wanted: Definition, told: Told) -> Present:
        """Makes it so and waits until it is ready. It can be repeated at any time."""

    def read(self, wanted: Definition) -> Present | None:
        """What is there of it; None where nothing is. `wanted.text` may be empty (an import): then what is there is described as it is."""

    def destroy(self, wanted: Definition, told: Told, *, deletes_data: bool) -> None:
        """Removes it; data is kept unless told otherwise."""
