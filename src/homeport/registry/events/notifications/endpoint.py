"""One endpoint: what it wants to hear, how it is doing, and when it is tried again."""

from __future__ import annotations

import base64
import urllib.parse
from collections.abc import Sequence
from dataclasses import dataclass, field

from homeport import errors
from homeport.registry.events.journal import Event
from homeport.registry.events.notifications import envelope
from homeport.registry.options import Webhook

LANE = "webhook/"
"""What the lanes of endpoints begin with."""

BATCH = 100
"""Events in one post at most."""
BATCH_CHARS = 64 * 1024
"""A post is no larger than this by more than one event: some receivers take 100 kB, https://expressjs.com/en/api.html#express.json"""

FIRST_PAUSE_S = 1.0
LAST_PAUSE_S = 300.0
"""Between two tries: the pause doubles from the first to the last."""

_HIDDEN = "***"


@dataclass(slots=True)
class Tally:
    """What became of the events of an endpoint, as Distribution counts it.

    https://github.com/distribution/distribution/blob/main/notifications/metrics.go
    """

    events: int = 0
    successes: int = 0
    failures: int = 0
    """Told, and answered by a refusal."""
    errors: int = 0
    """Told, and not answered."""
    statuses: dict[int, int] = field(default_factory=dict)
    """Posts by the status of their answer."""
    overflown: int = 0
    """Events that were dropped as there were too many."""
    expired: int = 0
    """Events that were given up after `keep_s`."""
    unwritten: int = 0
    """Pulls that could not be written down: they came too fast, or the disk was full."""


class Endpoint:
    """A webhook. Raises `SettingsError` where its address or its headers can not be sent."""

    def __init__(self, hook: Webhook) -> None:
        self.hook = hook
        self.lane = LANE + hook.name
        self.tally = Tally()
        self.url, self.headers = _address(hook)
        self.failures = 0
        """Posts in a row that were in vain."""
        self.pending = 0
        """Events that wait, or a few more."""
        self._width = BATCH
        self._has_given_up = False
        self._actions = frozenset(hook.actions)
        self._ignored = frozenset(hook.ignored_media_types)

    def wants(self, event: Event) -> bool:
        """Whether it is to be told."""
        if event.action not in self._actions:
            return False
        return not self._ignored or envelope.media_type(event) not in self._ignored

    def batch(self, bodies: Sequence[str]) -> Sequence[str]:
        """Those of the events that go into the next post: one alone after a failure, as it may be the one that is refused."""
        size = 0
        for count, text in enumerate(bodies[: self._width]):
            size += len(text)
            if size > BATCH_CHARS:
                return bodies[: count + 1]
        return bodies[: self._width]

    def succeeded(self, count: int) -> None:
        """Notes that a post has arrived."""
        self.failures = 0
        self._has_given_up = False
        self.pending = max(0, self.pending - count)
        self.tally.successes += count
        self._width = min(2 * self._width, BATCH)

    def failed(self) -> float:
        """Notes a post in vain; returns how long to wait before the next."""
        self.failures += 1
        self._width = 1
        doubled = min(FIRST_PAUSE_S * 2.0 ** min(self.failures - 1, 30), LAST_PAUSE_S)
        return max(doubled, self.hook.backoff_s) if self.is_left_alone else doubled

    def gave_up(self, count: int) -> bool:
        """Notes events that were too old; whether they are the first since a post has arrived."""
        self.pending = max(0, self.pending - count)
        self.tally.expired += count
        is_first = not self._has_given_up
        self._has_given_up = True
        return is_first

    @property
    def is_left_alone(self) -> bool:
        """Whether so many posts have failed that it gets at least `backoff_s` of rest between two."""
        return self.failures >= self.hook.threshold

    def hide(self, reason: str) -> str:
        """What is said of a failure, without what only the endpoint may know."""
        parts = urllib.parse.urlsplit(self.url)
        secrets = [*self.headers.values(), parts.query, parts.path.strip("/"), self.url]
        for secret in sorted(filter(None, secrets), key=len, reverse=True):
            reason = reason.replace(secret, _HIDDEN)
        return reason


def _address(hook: Webhook) -> tuple[str, dict[str, str]]:
    """The URL without user and password, and the headers; both as they are sent."""
    parts = urllib.parse.urlsplit(hook.url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise _wrong(hook, "its url is no address of HTTP")
    headers = {"Content-Type": envelope.MEDIA_TYPE, "User-Agent": "homeport"}
    if parts.username is not None:
        user = urllib.parse.unquote(f"{parts.username}:{parts.password or ''}")
        headers["Authorization"] = "Basic " + base64.b64encode(user.encode()).decode()
    own: dict[str, str] = {}
    for name, value in hook.headers:
        _check(hook, name, value)
        key = name.title()
        own[key] = f"{own[key]}, {value}" if key in own else value
    plain = parts._replace(netloc=parts.netloc.rpartition("@")[2], fragment="")
    return plain.geturl(), headers | own


def _check(hook: Webhook, name: str, value: str) -> None:
    # https://www.rfc-editor.org/rfc/rfc9110#section-5.1 and 5.5
    is_name = name.isascii() and name.replace("-", "").replace("_", "").isalnum()
    is_value = all(" " <= each <= "ÿ" and not "\x7f" <= each <= "\x9f" for each in value)
    if not is_name or not is_value:
        raise _wrong(hook, f"its header {name[:64]!r} can not be sent")


def _wrong(hook: Webhook, why: str) -> errors.SettingsError:
    return errors.SettingsError(
        f"The webhook {hook.name!r} can not be used: {why}.",
        hint="Give the address that takes events, as https://example.com/events, and headers of one line.",
    )
