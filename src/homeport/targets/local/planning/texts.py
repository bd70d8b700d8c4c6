"""Settings as texts that may be shown, compared and digested, and which component each of them is for.

A secret is never among them: it stands for itself as a number that grows each time it changes.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from homeport.stack import load, names, settings, version

VERSION = "version of homeport"
"""What stands for the program itself: an older one that runs is started anew."""

SUPERVISOR = "supervisor"
"""Who starts the components; it has settings too."""

DIGEST_SIGNS = 16
"""Of a digest that only tells things apart; what it is made of is no secret."""

_KEY_BYTES = 32

_NOT_READ: Mapping[str, frozenset[str]] = {
    "registry": frozenset({"cloud", "functions", "dns"}),
    "cloud": frozenset({"dns", "ingress"}),
    "dns": frozenset({"functions"}),
    "ingress": frozenset({"functions"}),
}
"""Tables of homeport.toml that mean nothing to a component. What is not said here makes it start anew: once too often does no harm."""

_SUPERVISED = frozenset({"", "up", "log"})
"""Tables that mean something to the supervisor: how long it waits, and when log files are set aside."""

Texts = Mapping[str, str]
"""Settings that are handed on to processes, by key."""


class Seen(NamedTuple):
    """A secret that was seen: what it can be known again by, and how often it has changed."""

    mark: str
    revision: int


class Secrets(NamedTuple):
    """The secrets of a stack, as marks that only who has the key can compare with a guess."""

    key: bytes
    seen: Mapping[str, Seen]

    def with_those_of(self, chosen: settings.Settings) -> Secrets:
        """The same with the secrets of `chosen`; those that are not given any more are remembered."""
        given = {
            setting.key: setting.kind.show(setting.of(chosen))
            for setting in names.ALL
            if setting.is_handed_on and setting.is_secret and setting.of(chosen) != setting.default
        }
        return Secrets(
            self.key,
            {**self.seen, **{key: self._seen(key, text) for key, text in given.items()}},
        )

    def _seen(self, key: str, text: str) -> Seen:
        mark = hmac.digest(self.key, f"{key}={text}".encode(), "sha256").hex()
        before = self.seen.get(key, Seen("", 0))
        return before if before.mark == mark else Seen(mark, before.revision + 1)


def nobody() -> Secrets:
    """None was seen yet."""
    return Secrets(secrets.token_bytes(_KEY_BYTES), {})


def of(chosen: settings.Settings, known: Secrets) -> dict[str, str]:
    """What processes are handed on. `known` has the secrets of `chosen`."""
    made = {VERSION: version.VERSION}
    for setting in names.ALL:
        value = setting.of(chosen)
        if not setting.is_handed_on or (value is None and setting.default is None):
            continue
        if not setting.is_secret:
            made[setting.key] = setting.kind.show(value)
        elif value != setting.default:
            made[setting.key] = str(known.seen[setting.key].revision)
    return made


def all_of(chosen: settings.Settings) -> dict[str, str]:
    """Every setting, also those of a cluster; of secrets nothing."""
    return {
        setting.key: setting.kind.show(setting.of(chosen))
        for setting in names.ALL
        if not setting.is_secret and not (setting.of(chosen) is None and setting.default is None)
    }


def settings_of(texts: Texts) -> settings.Settings:
    """The settings again, without their secrets. Raises `SettingsError` where another version has written them."""
    environ = {
        names.BY_KEY[key].variable: text
        for key, text in texts.items()
        if key in names.BY_KEY and not names.BY_KEY[key].is_secret
    }
    return load.load({}, {**environ, names.CONFIG_VARIABLE: os.devnull}).settings


def component(name: str, texts: Texts) -> dict[str, str]:
    """The settings that mean something to a component, or to the supervisor."""
    return {key: text for key, text in texts.items() if is_for(name, key)}


def is_for(name: str, key: str) -> bool:
    """Whether a setting means something to a component, or to the supervisor."""
    group = key.rpartition(".")[0] if key != VERSION else ""
    if name == SUPERVISOR:
        return group in _SUPERVISED
    return group not in _NOT_READ.get(name, ())


def digest(name: str, texts: Texts) -> str:
    """What tells a component apart from the same with other settings."""
    return digest_of([name, sorted(component(name, texts).items())])


def digest_of(value: object) -> str:
    """A digest of what JSON can say."""
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()[:DIGEST_SIGNS]


def digests(started: Iterable[str], texts: Texts) -> dict[str, str]:
    """The components, and the supervisor, as objects."""
    made = {f"component/{name}": digest(name, texts) for name in started}
    return {**made, SUPERVISOR: digest(SUPERVISOR, texts)} if made else {}


class Difference(NamedTuple):
    """A setting that changes."""

    key: str
    before: str | None
    """None where it was not given, or is not known."""
    after: str | None

    @property
    def is_secret(self) -> bool:
        """Whether only the fact can be told."""
        return self.key in names.BY_KEY and names.BY_KEY[self.key].is_secret


def differences(
    before: Texts, after: Texts, among: Collection[str] | None = None
) -> tuple[Difference, ...]:
    """The settings that change, in their order; all, or those of the given keys."""
    keys = [key for key in dict.fromkeys((*before, *after)) if among is None or key in among]
    return tuple(
        Difference(key, before.get(key), after.get(key))
        for key in keys
        if before.get(key) != after.get(key)
    )
