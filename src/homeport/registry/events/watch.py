"""Those who are told what does not come by the journal: the audit log and the counters, as one."""

from __future__ import annotations

from typing import Any

from homeport.edge import http
from homeport.registry.events.audit import Audit
from homeport.registry.events.metrics import Counts


class Watch:
    """Told of logins, rights, robots, users and runs. `audit` is None where no such log is kept."""

    def __init__(self, counts: Counts, audit: Audit | None) -> None:
        self.counts = counts
        self.audit = audit

    def login_failed(self, user: str, peer: str, reason: str) -> None:
        """Somebody who is not who they say; `reason` is one of few texts, and never tells what was sent."""
        self.counts.login_failed()
        if self.audit is not None:
            self.audit.login_failed(user, peer, reason)

    def refused(self, request: http.Request, action: str, repository: str) -> None:
        """A user who may not do something."""
        self.counts.refuse(action)
        if self.audit is not None:
            self.audit.refused(request, action, repository)

    def robot_made(self, name: str, by: str, expires: float | None) -> None:
        """A new robot."""
        if self.audit is not None:
            self.audit.robot_made(name, by, expires)

    def robot_removed(self, name: str, by: str) -> None:
        """A robot that is no longer let in."""
        if self.audit is not None:
            self.audit.robot_removed(name, by)

    def user_changed(self, name: str, by: str, *, is_new: bool) -> None:
        """A new user, or one with a new password."""
        if self.audit is not None:
            self.audit.user_changed("made" if is_new else "changed", name, by)

    def user_removed(self, name: str, by: str) -> None:
        """A user that is no longer let in."""
        if self.audit is not None:
            self.audit.user_changed("removed", name, by)

    def ran(
        self,
        kind: str,
        by: str,
        started: float,
        *,
        report: Any = None,
        freed: int = 0,
        error: str = "",
    ) -> None:
        """The end of a run over the whole registry; `error` where it came to none."""
        self.counts.ran(kind, is_done=not error, freed=freed)
        if self.audit is not None:
            self.audit.ran(kind, by, started, report, error)
