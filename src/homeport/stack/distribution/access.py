"""The sections `auth` and `log`.

https://distribution.github.io/distribution/about/configuration/#auth
"""

from __future__ import annotations

from pathlib import Path

from homeport.stack.distribution import found as finding
from homeport.stack.distribution import tree

_LEVELS = {"error": "error", "warn": "warning", "info": "info", "debug": "debug"}
_PASSWORDS = (
    "users are in a file of passwords, auth.htpasswd.path; registry.tokens of homeport.toml gives tokens "
    "to them, and registry.rules says what each may do."
)


def _users(found: finding.Found, entry: tree.Entry) -> None:
    if Path(entry.text).is_file():
        found.set("registry.htpasswd", entry.text, entry)
        return
    found.note(
        entry, "there is no such file: the users are those of the data folder (homeport users)."
    )


def _none(found: finding.Found, entry: tree.Entry) -> None:
    found.set("registry.auth", value=False, entry=entry)


def _level(text: str) -> str:
    if text.lower() not in _LEVELS:
        raise ValueError(text)
    return _LEVELS[text.lower()]


def _loglevel(found: finding.Found, entry: tree.Entry) -> None:
    if "log.level" not in found.values:
        finding.sets("log.level", _level).follow(found, entry)


def _formatter(found: finding.Found, entry: tree.Entry) -> None:
    form = "json" if entry.text == "logstash" else entry.text
    if form != entry.text:
        found.note(entry, "it is followed as json.")
    found.set("log.format", form, entry)


KEYS = {
    "auth.htpasswd.realm": finding.sets("registry.realm"),
    "auth.htpasswd.path": finding.Key(
        _users, "`registry.htpasswd`, where there is such a file; else the users of the data folder"
    ),
    "auth.none": finding.Key(_none, "`registry.auth` is off"),
    "auth.token": finding.refused(_PASSWORDS),
    "auth.silly": finding.refused(_PASSWORDS),
    "log.level": finding.sets("log.level", _level),
    "loglevel": finding.Key(_loglevel, "`log.level`, where log.level is not given"),
    "log.formatter": finding.Key(_formatter, "`log.format`; `logstash` is `json`"),
    "log.accesslog.disabled": finding.sets("log.access", lambda text: not finding.is_true(text)),
    "log.fields": finding.unsupported("lines have no fields of their own."),
    "log.hooks": finding.unsupported("registry.webhooks tell of what happens to images."),
    "log.reportcaller": finding.needless("log.reportcaller"),
}
