"""The sections `proxy` and `notifications`, and those of one key.

https://distribution.github.io/distribution/about/configuration/#proxy
"""

from __future__ import annotations

from collections.abc import Callable

from homeport.stack import sources
from homeport.stack.distribution import found as finding
from homeport.stack.distribution import http, tree

_EVENTS = ("push", "pull", "mount", "delete")
_PROXY = {"remoteurl": "url", "username": "user", "password": "password"}


def _proxy(found: finding.Found, entry: tree.Entry) -> None:
    given = {name: part for name, part in entry.table.items() if part.is_given}
    if not entry.table:
        found.problem(entry, "it must be a mapping.")
        return
    if "remoteurl" not in given:
        found.problem(entry, "it needs a remoteurl.")
    for name, part in given.items():
        if name == "exec":
            found.problem(part, "Homeport runs no helper: write username and password.")
        elif name == "ttl":
            found.note(
                part,
                "it is not followed: registry.retention of homeport.toml (keep_pulled) does it.",
            )
        elif name == "cachewritetimeout":
            found.needless.append("proxy.cachewritetimeout")
        elif name not in _PROXY:
            found.note(part, "registry v2 has no such key.")
    row: dict[str, object] = {
        ours: _text(given[name]) for name, ours in _PROXY.items() if name in given
    }
    places = {f"[0].{ours}": given[name].origin for name, ours in _PROXY.items() if name in given}
    found.values["registry.upstreams"] = sources.Raw(
        [{"prefix": "", **row}], entry.origin, places=places
    )


def _text(entry: tree.Entry) -> str | None:
    return entry.value if isinstance(entry.value, str) else None


def _endpoints(found: finding.Found, entry: tree.Entry) -> None:
    rows: list[dict[str, object]] = []
    places: dict[str, str] = {}
    items = entry.value if isinstance(entry.value, list) else []
    if not isinstance(entry.value, list):
        found.problem(entry, "it must be a list.")
    for item in items:
        disabled = item.table.get("disabled")
        if disabled is not None and disabled.text.lower() in {"true", "yes", "on"}:
            continue
        place = f"[{len(rows)}]"
        places[place] = item.origin
        rows.append(_endpoint(found, item, places, place))
    found.values["registry.webhooks"] = sources.Raw(rows, entry.origin, places=places)


_DEFAULTS = {"timeout": "1s", "threshold": "10", "backoff": "1s"}
"""https://github.com/distribution/distribution/blob/v3.1.1/notifications/endpoint.go (defaults)"""


def _endpoint(
    found: finding.Found, item: tree.Entry, places: dict[str, str], place: str
) -> dict[str, object]:
    row: dict[str, object] = dict(_DEFAULTS)
    ignored: list[object] = []
    for name, part in item.table.items():
        if name in _PARTS and part.is_given:
            try:
                row[name] = _PARTS[name](part)
            except ValueError:
                found.problem(part, f"{part.text!r} is no value of it.")
            places[f"{place}.{name}"] = part.origin
        elif name == "ignoredmediatypes":
            ignored += _texts(part)
        elif name == "ignore":
            _ignore(part, row, ignored)
        elif part.is_given and name != "disabled":
            found.note(part, "registry v2 has no such key.")
    if ignored:
        row["ignored_media_types"] = ignored
    return row


_PARTS: dict[str, Callable[[tree.Entry], object]] = {
    "name": _text,
    "url": _text,
    "headers": http.headers,
    "timeout": lambda part: finding.duration(part.text),
    "threshold": _text,
    "backoff": lambda part: finding.duration(part.text),
}


def _ignore(part: tree.Entry, row: dict[str, object], ignored: list[object]) -> None:
    for name, each in part.table.items():
        if name == "mediatypes":
            ignored += _texts(each)
        elif name == "actions":
            refused = _texts(each)
            row["actions"] = [event for event in _EVENTS if event not in refused]


def _texts(entry: tree.Entry) -> list[object]:
    items = entry.value if isinstance(entry.value, list) else []
    return [_text(item) for item in items]


def _version(found: finding.Found, entry: tree.Entry) -> None:
    if entry.text != "0.1":
        found.problem(entry, f"there is version 0.1 only, not {entry.text!r}.")


def _most(text: str) -> str:
    return str(min(int(text), 100_000)) if int(text) > 0 else "1000"


_URLS = "the URLs of layers kept elsewhere are not looked at."
_INDEXES = "an index is taken once all that it names is there."

KEYS = {
    "version": finding.Key(_version, "`0.1` only"),
    "proxy": finding.Key(
        _proxy, "`registry.upstreams`, for all names; not `ttl`; `exec` is refused"
    ),
    "notifications.endpoints": finding.Key(_endpoints, "`registry.webhooks`"),
    "notifications.events.includereferences": finding.unsupported(
        "events name the manifest alone.", but="false"
    ),
    "catalog.maxentries": finding.sets("registry.page", _most),
    "tags.maxtags": finding.unsupported("a page of tags has 10,000."),
    "redis": finding.needless("redis"),
    "health.storagedriver": finding.needless("health.storagedriver"),
    "health.file": finding.unsupported("/readyz tells of the registry alone."),
    "health.http": finding.unsupported("/readyz tells of the registry alone."),
    "health.tcp": finding.unsupported("/readyz tells of the registry alone."),
    "validation.enabled": finding.needless("validation.enabled"),
    "validation.disabled": finding.needless("validation.disabled"),
    "validation.manifests.urls": finding.unsupported(_URLS),
    "validation.manifests.indexes.platforms": finding.unsupported(_INDEXES, but="all"),
    "validation.manifests.indexes.platformlist": finding.unsupported(_INDEXES),
    "policy": finding.unsupported("artifacts of every kind are taken."),
    "middleware": finding.unsupported("there are no extensions."),
    "compatibility": finding.unsupported("manifests of schema 1 are not taken."),
    "reporting": finding.unsupported("nothing is reported to others."),
}
