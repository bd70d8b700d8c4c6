"""`homeport_stack`: a stack as terraform and tofu plan, apply, read, import and destroy it.

The truth is the cluster, or the data folder: what is there is taken over by a creation, so that a lost state file does no harm.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

from homeport import errors
from homeport.stack import settings
from homeport.tofu import declared, definitions, engine, results, schema
from homeport.tofu.engine import Told
from homeport.tofu.protocol import UNKNOWN, Asked, Diagnostics, Planned, State

NAME = "stack"
_NAMED = 5
"""Objects of many, in an error."""


class Provider(Protocol):
    """What it needs of the provider."""

    access: declared.Access
    stored: dict[str, State]
    """The states that there are, by id."""
    refreshed: set[str]
    """The ids of the stacks that were read since the process began."""
    created: set[str]
    """The ids of those that were created since."""

    def engine(self, target: str) -> engine.Engine:
        """That of a target. Raises `HomeportError`."""

    def told(self, stack: str) -> Told:
        """Who is told what is done with a stack; raises `Interrupted` once it is to stop."""


class Stack:
    """The resource. `tf` makes one for each call."""

    def __init__(self, provider: Provider) -> None:
        self._provider = provider

    @classmethod
    def get_name(cls) -> str:
        """Its name, behind that of the provider."""
        return NAME

    @classmethod
    def get_schema(cls) -> Any:
        """Its attributes."""
        return schema.stack()

    # What is declared

    def validate(self, diagnostics: Diagnostics, type_name: str, config: State) -> None:
        """Checks what can be told without asking anybody."""
        del type_name
        target, text = config.get("target"), config.get("definition")
        if target not in {None, UNKNOWN, *settings.TARGETS}:
            diagnostics.add_error(
                f"There is no target {target!r}",
                f"There are {', '.join(settings.TARGETS)}.",
                ["target"],
            )
        elif target == settings.LOCAL and config.get("name"):  # "" is what an import generates
            diagnostics.add_error(
                "A local stack has no name",
                "Its data folder says which one it is: set data instead.",
                ["name"],
            )
        elif target in {None, settings.KUBERNETES} and not config.get("name"):
            diagnostics.add_error(
                "A stack in a cluster needs a name",
                "Its objects are found again by it, and it is imported by it.",
                ["name"],
            )
        for said in definitions.problems(text) if isinstance(text, str) else ():
            # Without its path: terraform would show the line, with a secret that may stand in it.
            diagnostics.add_error("The definition cannot be used", said)

    def stored(self, state: State) -> None:
        """Keeps in mind that there is a state of it."""
        self._provider.stored[str(state.get("id"))] = state

    def planned(self, diagnostics: Diagnostics, asked: Asked) -> Planned:
        """Has the engine plan it, and gives its objections on as errors."""
        try:
            found = declared.of(asked.configured, self._provider.access)
        except errors.HomeportError as error:
            diagnostics.add_error("The stack cannot be planned", str(error))
            return Planned(asked.configured)
        replacing = declared.replacing(asked.prior, found) if asked.prior else ()
        if replacing and asked.prior:
            _warn_of_replacement(diagnostics, asked.prior)
            self.planned_removal(diagnostics, asked.prior)
        tainted = self._provider.stored.get(found["id"]) if asked.prior is None else None
        if tainted is not None:
            self.planned_removal(diagnostics, tainted)
            return Planned(results.replaced(found, tainted))
        is_open = bool(replacing) or asked.is_replacement
        if is_open or not declared.is_known(found, self._provider.access):
            return Planned(results.unknown(found), replacing)
        try:
            proposed = self._propose(diagnostics, found)
            if asked.prior is not None and proposed.has_changes:
                self._compare(diagnostics, asked.prior)
        except errors.HomeportError as error:
            diagnostics.add_error(f"The stack {found['id']} cannot be planned", str(error))
            return Planned(results.unknown(found))
        if asked.prior is not None and not proposed.has_changes:
            return Planned(results.unchanged(asked.prior, found))
        return Planned(results.proposed(found, proposed))

    def _propose(self, diagnostics: Diagnostics, found: State) -> engine.Proposed:
        wanted = self._wanted(found)
        proposed = self._provider.engine(wanted.target).plan(wanted)
        for text in proposed.errors:
            diagnostics.add_error(f"The stack {found['id']} cannot be applied", text)
        _warn(diagnostics, proposed.warnings)
        return proposed

    def _compare(self, diagnostics: Diagnostics, prior: State) -> None:
        """Whether it is still what it was when somebody looked at the plan.

        An apply plans once more, in a process of its own that reads nothing anew. What comes out has to be what was approved, else
        terraform takes it for a mistake of the provider's ("inconsistent final plan").
        """
        if prior["id"] in self._provider.refreshed:
            return
        # By the words that are in the state: an object may look otherwise by others.
        wanted = declared.stack(prior, self._provider.access)
        present = self._provider.engine(wanted.target).read(wanted)
        names = results.different(prior, present)
        if names:
            diagnostics.add_error(
                f"The stack {prior['id']} has changed since it was planned",
                f"Not as they were: {_some(names)}.\n"
                "  Nothing was changed. Plan again, and look at what the plan says now (without -refresh=false).",
            )

    def planned_removal(self, diagnostics: Diagnostics, prior: State) -> None:
        """What goes is what the stack has; a person should know of data that goes with it."""
        if prior.get("delete_data"):
            diagnostics.add_warning(
                f"All data of the stack {prior.get('id')} will be deleted",
                "delete_data is true: its images, objects, queues and tables go with it. "
                "With delete_data = false, applied before, they are kept.",
            )

    def _wanted(self, found: State) -> engine.Definition:
        wanted = declared.stack(found, self._provider.access)
        said = definitions.contradictions(wanted)
        if said:
            raise errors.SettingsError("\n".join(said))
        return wanted

    # What is there

    def read(self, context: Any, current: State) -> State | None:
        """What is there of it; None where nothing is. Where that cannot be found out it is an error, and nothing is forgotten."""
        if not self._provider.access.is_known:
            return current
        try:
            wanted = declared.stack(current, self._provider.access)
            present = self._provider.engine(wanted.target).read(wanted)
        except errors.HomeportError as error:
            context.diagnostics.add_error(f"The stack {current['id']} cannot be read", str(error))
            return current
        self._provider.refreshed.add(current["id"])
        if present is None:
            self._provider.stored.pop(current["id"], None)
            return None
        return results.read(current, present)

    def import_(self, context: Any, id: str) -> State | None:  # noqa: A002 - tf's name
        """Takes a stack over by its name, or by `local:FOLDER`; what it is like is read next."""
        try:
            return declared.imported(id)
        except errors.HomeportError as error:
            context.diagnostics.add_error("Nothing was imported", str(error))
            return None

    def upgrade(self, context: Any, version: int, old: State) -> State:
        """Reads the state of an older version; there is none yet."""
        del context, version
        return old

    # Changes

    def create(self, context: Any, planned: State) -> State | None:
        """Makes it, or takes over what is there.

        What fails half-way is kept as tainted where the stack is new, so that a destroy finds it; its data is not deleted then. A
        stack that was there before stays out of the state, and as it is: the next apply goes on with it.
        """
        was_there = True
        try:
            wanted = self._wanted(planned)
            chosen = self._provider.engine(wanted.target)
            was_there = chosen.read(wanted) is not None
            present = chosen.apply(wanted, self._provider.told(planned["id"]))
        except errors.HomeportError as error:
            _fail(context.diagnostics, planned, error)
            return None if was_there else self._begun(planned)
        self._provider.created.add(planned["id"])
        return _done(context.diagnostics, planned, present)

    def _begun(self, planned: State) -> State | None:
        """What there is of a stack whose creation failed."""
        try:
            wanted = self._wanted(planned)
            present = self._provider.engine(wanted.target).read(wanted)
        except errors.HomeportError:
            # Whether there is anything is not known, and it may be: the error that is told already says why.
            return results.begun(planned, None)
        return results.begun(planned, present) if present is not None else None

    def update(self, context: Any, current: State, planned: State) -> State:
        """Changes it; what fails half-way is seen by the next plan, which goes on from there."""
        try:
            wanted = self._wanted(planned)
            present = self._provider.engine(wanted.target).apply(
                wanted, self._provider.told(planned["id"])
            )
        except errors.HomeportError as error:
            _fail(context.diagnostics, planned, error)
            return current
        return _done(context.diagnostics, planned, present)

    def delete(self, context: Any, current: State) -> State | None:
        """Destroys it. Its data is kept unless the state says otherwise.

        What was created by this very run is the same stack under a new state (`create_before_destroy`): it stays.
        """
        if current["id"] in self._provider.created:
            context.diagnostics.add_warning(
                f"The stack {current['id']} was not destroyed",
                "It was created just before, and is the same one: create_before_destroy takes a stack over as it is.",
            )
            return None
        try:
            wanted = declared.stack(current, self._provider.access)
            self._provider.engine(wanted.target).destroy(
                wanted,
                self._provider.told(current["id"]),
                deletes_data=bool(current["delete_data"]),
            )
        except errors.HomeportError as error:
            context.diagnostics.add_error(
                f"The stack {current['id']} is not wholly destroyed", str(error)
            )
            return current
        return None


def _some(names: list[str]) -> str:
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")


def _warn(diagnostics: Diagnostics, warnings: Iterable[str]) -> None:
    """Each under words of its own: of several with the same, terraform shows the first only."""
    for text in warnings:
        head, _, more = text.partition("\n")
        diagnostics.add_warning(head, more)


def _done(diagnostics: Diagnostics, planned: State, present: engine.Present) -> State:
    _warn(diagnostics, present.warnings)
    return results.applied(planned, present)


def _fail(diagnostics: Diagnostics, planned: State, error: errors.HomeportError) -> None:
    diagnostics.add_error(f"The stack {planned['id']} is not wholly applied", str(error))


def _warn_of_replacement(diagnostics: Diagnostics, prior: State) -> None:
    diagnostics.add_warning(
        f"Another stack takes the place of {prior['id']}",
        f"{prior['id']} is destroyed first, and its data does not move to the other one. "
        "What is made then is found out when it is gone.",
    )
