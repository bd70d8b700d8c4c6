"""The rules of a stack on this machine, checked for the console. Loaded when somebody asks for it."""

from __future__ import annotations

import contextlib

from homeport import clock, errors
from homeport.console.stack import view
from homeport.stack import folders, settings
from homeport.stack.rules import checking, table
from homeport.stack.rules.checking import Checked
from homeport.stack.rules.rule import Planned, Rule
from homeport.targets.local import checking as local
from homeport.targets.local import examining


def rules() -> list[Rule]:
    """Those that are checked on the running stack, and on the machine."""
    return [*checking.running_rules(), *(each for each in table.ALL if each.here is not None)]


def unchecked() -> list[view.Finding]:
    """The rules, before anybody has checked them."""
    return [view.Finding(each.id, each.title, "", each.why, "", each.link) for each in rules()]


def check(chosen: settings.Settings, time: clock.Clock) -> list[view.Finding]:
    """Checks all that can be checked without a restart. Takes seconds."""
    planned = Planned(chosen, ())
    machine = checking.on_here(planned, (*table.ALL, *examining.rules(time)))
    try:
        made = local.opened(chosen, _password(chosen), time)
    except errors.HomeportError as error:
        running = [
            view.Finding(each.id, each.title, "skipped", error.what, error.hint, each.link)
            for each in checking.running_rules()
        ]
    else:
        with contextlib.closing(made):
            running = [shown(one) for one in checking.on_running(planned, made)]
    return [*running, *(shown(one) for one in machine)]


def _password(chosen: settings.Settings) -> str:
    """The admin's, as it was given or kept."""
    if chosen.admin.password:
        return chosen.admin.password
    path = folders.of(chosen).admin_password
    try:
        return path.read_text("utf-8").removesuffix("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise errors.HomeportError(
            f"The admin's password is not known here: {path} could not be read.",
            hint=f"homeport verify on this machine asks as the admin: {errors.reason(error)}.",
        ) from error


def shown(found: Checked) -> view.Finding:
    """A rule that was checked."""
    rule = found.rule
    text = " ".join(each.text for each in found.findings) or found.why
    hint = " ".join(dict.fromkeys(each.hint for each in found.findings))
    return view.Finding(rule.id, rule.title, found.outcome.value, text, hint, rule.link)
