"""The audit log: one JSON object per line for each thing that matters.

| field | what it is |
|---|---|
| `time` | when, in UTC: RFC 3339 with milliseconds |
| `event` | `push`, `mount`, `delete`, `pull`, `login.failed`, `refused`, `robot.made`, `robot.removed`, `user.made`, `user.changed` (a new password), `user.removed`, `run` |
| `user` | who did it, as proved by a password or token; of `login.failed` the name that was claimed; `gc` and `retention` are the registry itself; without the field it was somebody without a name |
| `peer` | address and port of the connection; of `login.failed` and `refused` the address alone |
| `forwarded_for` | the client that a proxy says it asks for; anybody can say so who reaches the port |
| `agent` | the client's program, as it calls itself |
| `kind` | `manifest`, `blob`, `tag` or `repository`; of `run` which one: `gc`, `retention`, `scrub`, `import` |
| `repository`, `tag`, `digest`, `media_type`, `bytes`, `from` | what it happened to; `from` is the repository that a blob was mounted from |
| `action`, `reason` | of `refused` what was wanted (`pull`, `push`, `delete`), of `login.failed` why |
| `robot`, `expires` | of `robot.made` and `robot.removed` its name, and when it ends |
| `account` | of `user.made`, `user.changed` and `user.removed` whose it is |
| `duration_s`, `report`, `error` | of `run` how long it took, and what came of it; lists are given by their length |
| `repeated`, `others` | this line stands for so many more within a minute, of the same fields; with `others` for different ones that were too many to name |

A field without a value is left out. Lines are in ASCII, with escapes for everything else. Passwords, tokens and secrets never come
here, but a user may type a password in the place of the name.

A line is handed over to the system in the turn of the event loop in which its cause was acknowledged: what was written survives the
end of the process, however it ends, but not a power cut, and `kill -9` between a commit and the end of its turn loses the line. What
can not be written is kept up to 256 KiB and written later; requests never wait for it.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from homeport.clock import Clock
from homeport.edge import http
from homeport.registry.events import journal, origin
from homeport.registry.events.appended import Lines
from homeport.registry.events.journal import Event
from homeport.registry.events.repeats import Repeats

TEXT_CHARS = 512
"""Kept of what clients and reports say."""


class Audit:
    """An audit log in a file. `tell` listens to the journal."""

    def __init__(
        self, path: Path, clock: Clock, *, limit: int = 16 * 2**20, has_pulls: bool = False
    ) -> None:
        self._clock = clock
        self._has_pulls = has_pulls
        self._lines = Lines(path, limit, clock)
        self._repeats = Repeats(clock, self._write)

    def tell(self, event: Event) -> None:
        """A push, a mount or a delete, and where it was asked for a pull."""
        if event.action == journal.LOOK or (event.action == journal.PULL and not self._has_pulls):
            return
        fields = {
            "kind": event.kind,
            "user": origin.user(event),
            "repository": event.repository,
            "tag": event.tag,
            "digest": event.digest,
            "media_type": event.media_type,
            "bytes": event.size,
            "from": event.source,
        }
        if event.request is not None:
            fields |= {"peer": event.request.peer, **_client(event.request)}
        self._write(event.action, fields)

    def login_failed(self, user: str, peer: str, reason: str) -> None:
        """Somebody who is not who they say."""
        fields = {"user": user[:TEXT_CHARS], "peer": _address(peer), "reason": reason}
        self._repeats.note("login.failed", fields, {})

    def refused(self, request: http.Request, action: str, repository: str) -> None:
        """A user who may not do something: 403."""
        fields = {
            "user": request.user,
            "peer": _address(request.peer),
            "action": action,
            "repository": repository[:TEXT_CHARS],
        }
        self._repeats.note("refused", fields, _client(request))

    def robot_made(self, name: str, by: str, expires: float | None) -> None:
        """A new robot."""
        until = "" if expires is None else origin.rfc3339(expires)
        self._write("robot.made", {"robot": name, "user": by, "expires": until})

    def robot_removed(self, name: str, by: str) -> None:
        """A robot that is no longer let in."""
        self._write("robot.removed", {"robot": name, "user": by})

    def user_changed(self, what: str, name: str, by: str) -> None:
        """A user was made or removed, or has a new password."""
        self._write(f"user.{what}", {"account": name[:TEXT_CHARS], "user": by})

    def ran(self, kind: str, by: str, started: float, report: Any = None, error: str = "") -> None:
        """The end of a run over the whole registry: its report, a dataclass or a mapping, or why it ended early."""
        fields = {
            "kind": kind,
            "user": by,
            "duration_s": round(self._clock.now() - started, 3),
            "report": _summary(report),
            "error": error[:TEXT_CHARS],
        }
        self._write("run", fields)

    def close(self) -> None:
        """Writes what is left."""
        self._repeats.settle()
        self._lines.close()

    def _write(self, event: str, fields: Mapping[str, Any]) -> None:
        head = {"time": origin.rfc3339(self._clock.now()), "event": event}
        named = {name: value for name, value in fields.items() if value not in ("", None, {})}
        text = json.dumps(head | named, separators=(",", ":"))
        self._lines.add(text.replace("\x7f", "\\u007f"))


def _client(request: http.Request) -> dict[str, str]:
    return {"forwarded_for": origin.forwarded_for(request), "agent": origin.agent(request)}


def _address(peer: str) -> str:
    """Without the port, which is another one for each connection."""
    return peer.rpartition(":")[0] or peer


def _summary(report: Any) -> dict[str, Any]:
    """The figures of a report: lists may be as long as the registry is large."""
    if report is None:
        return {}
    fields = report if isinstance(report, Mapping) else dataclasses.asdict(report)
    return {
        name: len(value) if isinstance(value, list | tuple | dict) else _short(value)
        for name, value in fields.items()
    }


def _short(value: Any) -> Any:
    return value[:TEXT_CHARS] if isinstance(value, str) else value
