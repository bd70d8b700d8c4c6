"""`/api/config`: the two lists, and the few other settings that tests change."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

from tests.pihole import answers
from tests.pihole.answers import Answer
from tests.pihole.resolver import Resolver
from tests.pihole.state import State

LISTS = {"dns/hosts": "hosts", "dns/cnameRecords": "aliases"}
OTHERS = {
    "webserver/api/password": "password",
    "webserver/api/app_pwhash": "app_pwhash",
    "webserver/api/app_sudo": "app_sudo",
    "webserver/api/max_sessions": "max_sessions",
    "webserver/api/allow_destructive": "allow_destructive",
}
ENDS_SESSIONS = frozenset({"webserver/api/password", "webserver/api/app_pwhash"})
SECRET = "********"


class Restarting(Protocol):
    """What has to happen outside of the settings."""

    def restart_soon(self) -> None: ...

    def end_sessions(self) -> None: ...


class Patch(NamedTuple):
    """What a PATCH would set."""

    lists: dict[str, list[str]]
    others: dict[str, Any]


class Configuration:
    """Reads and writes what is stored; dnsmasq checks it first."""

    def __init__(self, kept: State, resolver: Resolver, outside: Restarting) -> None:
        self._kept, self._resolver, self._outside = kept, resolver, outside

    def get(self, path: str, *, is_detailed: bool) -> Answer:
        """All of it, or what lies below a path."""
        found = [
            name for name in (*LISTS, *OTHERS) if f"{name}/".startswith(f"{path}/" * (path != ""))
        ]
        if not found:
            return answers.bad("Invalid path", path)
        body: dict[str, Any] = {}
        for name in found:
            *parents, last = name.split("/")
            node = body
            for parent in parents:
                node = node.setdefault(parent, {})
            node[last] = self._leaf(name, is_detailed=is_detailed)
        return Answer(
            200, {"config": body, **({"topics": [{"name": "dns"}]} if is_detailed else {})}
        )

    def _leaf(self, name: str, *, is_detailed: bool) -> Any:
        value = getattr(self._kept, {**LISTS, **OTHERS}[name])
        if name in ENDS_SESSIONS:
            value = SECRET
        if not is_detailed:
            return value
        is_forced = name.replace("/", ".") in self._kept.forced
        flags = {"restart_dnsmasq": name == "dns/cnameRecords", "session_reset": False}
        return {"description": name, "value": value, "flags": {**flags, "env_var": is_forced}}

    def put(self, path: str, item: str, *, restarts: bool) -> Answer:
        """Adds one item to a list."""
        present, refusal = self._listed(path)
        if refusal is not None:
            return refusal
        if item in present:
            return answers.PRESENT
        flaw = _flaw(path, [*present, item])
        if flaw:
            return answers.bad("Invalid value", flaw)
        return self._stored(path, [*present, item], restarts=restarts) or Answer(201, {})

    def delete(self, path: str, item: str, *, restarts: bool) -> Answer:
        """Takes one item out of a list, by its exact text."""
        present, refusal = self._listed(path)
        if refusal is not None:
            return refusal
        if item not in present:
            return Answer(404, {})
        left = list(present)
        left.remove(item)
        return self._stored(path, left, restarts=restarts) or Answer(204)

    def patch(self, body: dict[str, Any], *, restarts: bool) -> Answer:
        """Sets whole lists and other settings, or nothing."""
        if not isinstance(body.get("config"), dict):
            return answers.error(400, "body_error", 'No "config" object in body data')
        if self._kept.read_only:
            return answers.READ_ONLY
        asked = _asked(body["config"])
        if isinstance(asked, Answer):
            return asked
        refusal = self._refusal(asked)
        if refusal is not None:
            return refusal
        for path, items in asked.lists.items():
            self._store(path, items, restarts=restarts)
        for path, value in asked.others.items():
            setattr(self._kept, OTHERS[path], value)
            if path in ENDS_SESSIONS:
                self._outside.end_sessions()
        return self.get("", is_detailed=False)

    def _listed(self, path: str) -> tuple[list[str], Answer | None]:
        if path not in LISTS:
            return [], Answer(404, {})
        if path.replace("/", ".") in self._kept.forced:
            return [], answers.forced(path.replace("/", "."))
        return getattr(self._kept, LISTS[path]), None

    def _refusal(self, asked: Patch) -> Answer | None:
        """Why nothing of a PATCH is done."""
        for path, items in asked.lists.items():
            if path.replace("/", ".") in self._kept.forced:
                return answers.forced(path.replace("/", "."))
            flaw = _flaw(path, items)
            if flaw:
                return answers.bad("Config item validation failed", flaw)
        flaw = self._resolver.flaw(asked.lists.get("dns/cnameRecords", ()))
        return answers.bad("Invalid configuration", flaw) if flaw else None

    def _stored(self, path: str, items: Sequence[str], *, restarts: bool) -> Answer | None:
        """What dnsmasq has against aliases, or nothing, and they are stored."""
        flaw = self._resolver.flaw(items) if path == "dns/cnameRecords" else ""
        if flaw:
            return answers.bad("Invalid configuration", flaw)
        self._store(path, items, restarts=restarts)
        return None

    def _store(self, path: str, items: Sequence[str], *, restarts: bool) -> None:
        """Hosts count at once, aliases after a restart."""
        if getattr(self._kept, LISTS[path]) == list(items):
            return
        setattr(self._kept, LISTS[path], list(items))
        if path == "dns/hosts":
            self._resolver.reload(items)
        elif restarts:
            self._outside.restart_soon()


def _asked(config: dict[str, Any], above: str = "") -> Patch | Answer:
    """The leaves of a body. FTL passes over what it does not know; here that is an error of whoever sends it."""
    asked = Patch({}, {})
    for name, value in config.items():
        path = f"{above}{name}"
        if path in LISTS:
            asked.lists[path] = value
        elif path in OTHERS:
            asked.others[path] = value
        elif isinstance(value, dict):
            below = _asked(value, f"{path}/")
            if isinstance(below, Answer):
                return below
            asked.lists.update(below.lists)
            asked.others.update(below.others)
        else:
            return answers.bad("The stand-in does not know this setting", path.replace("/", "."))
    return asked


def _flaw(path: str, items: Any) -> str:
    setting = path.replace("/", ".")
    if not isinstance(items, list):
        return f"{setting}: not an array"
    judge = _host if path == "dns/hosts" else _alias
    for place, item in enumerate(items):
        flaw = judge(item) if isinstance(item, str) else "not a string"
        if flaw:
            return f"{setting}[{place}]: {flaw}"
    return ""


def _host(item: str) -> str:
    address, *names = item.split() or [""]
    try:
        ipaddress.ip_address(address)
    except ValueError:
        return f'neither a valid IPv4 nor IPv6 address ("{address}")'
    if not names:
        return f'entry does not have at least one hostname ("{item}")'
    for name in names:
        if name.startswith("#"):
            break
        if not re.fullmatch(r"[A-Za-z0-9_.-]+", name):
            return f'invalid hostname ("{name}")'
    return ""


def _alias(item: str) -> str:
    return "" if "," in item else "not a valid CNAME definition (too few elements)"
