"""Stacks of this machine, as the provider for OpenTofu and Terraform plans, applies, reads and destroys them.

What is applied runs under a supervisor of its own, exactly as after `homeport up --detach`: it goes on when terraform has ended, and
`homeport --config FOLDER/homeport.toml status` and `down` speak of it.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent import futures
from pathlib import Path

from homeport import clock, errors
from homeport.cli.network import naming
from homeport.cli.tofu import launching, records
from homeport.net.dns.records import Action, Changes
from homeport.stack import folders, lifecycle, settings
from homeport.storage import lock
from homeport.targets.local import control, prepare, runner
from homeport.targets.local.planning import definition, making, present, removing, words
from homeport.targets.local.planning import plan as plans
from homeport.tofu import engine

_TELL_S = 0.5
"""Between two times that who waits for something else tells."""
_LOCK = "apply.lock"


class LocalEngine:
    """Fulfils `homeport.tofu.engine.Engine`; a stack is called by its data folder."""

    def __init__(
        self, environ: Mapping[str, str] | None = None, time: clock.Clock | None = None
    ) -> None:
        self._environ = os.environ if environ is None else environ
        self._time = time or clock.SystemClock()

    def plan(self, wanted: engine.Definition) -> engine.Proposed:
        """Compares what runs with what the definition says. Changes nothing."""
        its = self._definition(wanted)
        made = making.make(its, present.running(folders.of(its.settings)), self._time)
        with naming.of_machine(its.settings, self._time) as names:
            changes = names.plan()
            left = names.left()
        has_changes = made.has_changes or bool(changes and changes.has_changes)
        return engine.Proposed(
            objects={**made.objects, **records.objects(changes, Action.KEEP, Action.ADD)},
            text="\n".join(words.lines(made, records.lines(changes))),
            has_changes=has_changes,
            errors=(*made.errors, *records.problems(changes)),
            warnings=(*made.warnings, *left) if has_changes else made.warnings,
            endpoints=made.endpoints,
        )

    def apply(self, wanted: engine.Definition, told: engine.Told) -> engine.Present:
        """Starts it, or stops it and starts it with other settings, where anything has changed; and waits until it is ready."""
        its = self._definition(wanted)
        where = folders.of(its.settings)
        prepare.data_folder(where.data)
        with _alone(where):
            made = making.make(its, _settled(its.settings, told), self._time)
            with naming.of_machine(its.settings, self._time) as names:
                changes = names.plan()
                _refuse(made, changes)
                is_new = not where.htpasswd.exists()
                self._carry_out(made, told)
                if changes is not None:
                    names.apply(changes, told)
            found = self._present(its.folder, its)
            return found._replace(warnings=_password(its.settings) if is_new else ())

    def read(self, wanted: engine.Definition) -> engine.Present | None:
        """What runs, and what of its files is there."""
        folder = definition.folder_of(wanted.name)
        is_running = control.owner(_folders(folder)) is not None
        if not is_running and not definition.is_ours(folder):
            return None
        return self._present(folder, self._declared(wanted))

    def destroy(self, wanted: engine.Definition, told: engine.Told, *, deletes_data: bool) -> None:
        """Stops it. Its data, users and certificates are kept for the next apply, unless they are to go too."""
        folder = definition.folder_of(wanted.name)
        where = _folders(folder)
        with _alone(where) if where.run.is_dir() else contextlib.nullcontext():
            _settled(settings.Settings(data=folder), told)
            chosen = self._known(wanted)
            if deletes_data:
                # Before anything is stopped: what stands against it leaves all as it is.
                removing.make(chosen)
            self._remove_names(folder, chosen, wanted, told)
            _stop(folder, chosen, told)
            if deletes_data:
                # Anew, for that took a while. It forgets the definition last: what was cut off is then known, and gone on with.
                removing.carry_out(removing.make(chosen), told)
            else:
                definition.forget(folder)

    # What is wanted

    def _definition(self, wanted: engine.Definition) -> definition.Definition:
        folder = definition.folder_of(wanted.name)
        return definition.of(folder, wanted.text, self._environ)

    def _declared(self, wanted: engine.Definition) -> definition.Definition | None:
        """What the definition means; None where it says nothing, or what only an older version knew: the next plan says so."""
        try:
            return self._definition(wanted) if wanted.text else None
        except errors.SettingsError:
            return None

    def _known(self, wanted: engine.Definition) -> settings.Settings:
        """The settings of what there is: as they were applied, else as it was started, else as they are declared."""
        folder = definition.folder_of(wanted.name)
        running = present.running(_folders(folder))
        return (
            definition.applied(folder, self._environ)
            or (running.settings if running is not None else None)
            or self._definition(wanted).settings
        )

    # Applying

    def _carry_out(self, made: plans.Plan, told: engine.Told) -> None:
        definition.keep(made.wanted)
        chosen = made.settings
        if made.running is not None and not made.is_restarted:
            prepare.prepare(chosen, self._time)  # what somebody has taken away of its files
            _until_ready(chosen, told)
            return
        if made.running is not None:
            _stop(made.wanted.folder, made.running.settings or chosen, told)
        launching.start(chosen, self._environ, told)

    def _remove_names(
        self,
        folder: Path,
        chosen: settings.Settings,
        wanted: engine.Definition,
        told: engine.Told,
    ) -> None:
        """Takes away the DNS records; of a stack that was started by hand nobody knows who keeps them."""
        if not definition.is_ours(folder) and not wanted.text:
            return
        with naming.of_machine(chosen, self._time) as names:
            changes = names.removal()
            if changes is not None:
                names.remove(changes, told)

    # What is there

    def _present(self, folder: Path, wanted: definition.Definition | None) -> engine.Present:
        running = present.running(_folders(folder))
        is_applied = definition.is_ours(folder)
        chosen = wanted.settings if wanted is not None else self._known_of(folder)
        names = self._names(chosen) if wanted is not None or is_applied else {}
        return engine.Present(
            objects={
                **(running.objects if running is not None else {}),
                **present.files_there(wanted, chosen),
                **names,
            },
            state=(running.state if running is not None else lifecycle.State.TERMINATED).value,
            endpoints=running.endpoints if running is not None else {},
        )

    def _known_of(self, folder: Path) -> settings.Settings:
        return self._known(engine.Definition(settings.LOCAL, str(folder), ""))

    def _names(self, chosen: settings.Settings) -> dict[str, str]:
        with naming.of_machine(chosen, self._time) as names:
            return records.objects(names.plan(), Action.KEEP)


def _folders(folder: Path) -> folders.Folders:
    """Those that do not depend on settings: of the supervisor, and of the definition."""
    return folders.of(settings.Settings(data=folder))


@contextlib.contextmanager
def _alone(where: folders.Folders) -> Iterator[None]:
    """Has the stack for this apply or destroy. Raises `HomeportError` where another one is under way."""
    held = lock.FolderLock(where.run / _LOCK)
    try:
        held.acquire()
    except lock.InUse as error:
        raise errors.HomeportError(
            f"Another apply or destroy of the stack on {where.data} is under way"
            f"{f' (process {error.pid})' if error.pid else ''}.",
            hint="Wait until it has ended, and try again.",
        ) from error
    with held:
        yield


def _refuse(made: plans.Plan, changes: Changes | None) -> None:
    said = [*made.errors, *records.problems(changes)]
    if said:
        raise errors.HomeportError(
            "Nothing was changed, for this stands against it:\n" + "\n".join(said)
        )


def _password(chosen: settings.Settings) -> tuple[str, ...]:
    """Where the admin's password is, where it was made up; what it is goes into no state file and no log."""
    if chosen.admin.password:
        return ()
    path = folders.of(chosen).admin_password
    return (f"The password of {chosen.admin.user} was made up; it is in {path} on this machine.",)


# Waiting


def _settled(chosen: settings.Settings, told: engine.Told) -> present.Running | None:
    """What runs. A start that is under way, such as that of an apply that was killed, is waited for: it may be the right one."""
    text, where = "Waiting for the start that is under way.", folders.of(chosen)
    pause = threading.Event()
    while launching.is_under_way(
        where
    ):  # it ends: the supervisor gives each component so many attempts
        told(text)
        pause.wait(launching.ASK_INTERVAL_S)
    return _until(chosen, told, text, lambda found: found.is_settled or not found.is_starting)


def _until_ready(chosen: settings.Settings, told: engine.Told) -> None:
    """Waits until all that was started is ready. Raises `HomeportError` where that does not come."""
    running = _until(
        chosen, told, "Waiting until all components are ready.", lambda found: found.is_settled
    )
    if running is None or not running.is_settled:
        problems = [row.problem for row in running.rows if row.problem] if running else []
        raise errors.HomeportError(
            "\n".join([f"The stack on {chosen.data} is not ready.", *problems]),
            hint=f"homeport logs --data {chosen.data} tells more.",
        )


def _until(
    chosen: settings.Settings,
    told: engine.Told,
    text: str,
    is_reached: Callable[[present.Running], bool],
) -> present.Running | None:
    """Asks until it is so, or nothing runs, or a start with all its attempts would be over."""
    where = folders.of(chosen)
    turns = int(runner.ATTEMPTS * chosen.up.start_timeout_s / launching.ASK_INTERVAL_S)
    pause = threading.Event()
    running = present.running(where)
    while running is not None and not is_reached(running) and turns > 0:
        told(text)
        pause.wait(launching.ASK_INTERVAL_S)
        turns -= 1
        running = present.running(where)
    return running


def _stop(folder: Path, chosen: settings.Settings, told: engine.Told) -> None:
    """Stops what runs on the folder, and tells meanwhile."""
    if control.owner(_folders(folder)) is None:
        return
    with futures.ThreadPoolExecutor(1) as pool:
        stopped = pool.submit(control.stop, chosen)
        while not stopped.done():
            told("Stopping the stack, after requests in flight.")
            futures.wait([stopped], _TELL_S)
        stopped.result()
