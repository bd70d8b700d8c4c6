"""The Pi-hole under test: a stand-in, or a real one that the environment names.

`HOMEPORT_TEST_PIHOLE_URL`, `HOMEPORT_TEST_PIHOLE_PASSWORD` and `HOMEPORT_TEST_PIHOLE_DNS` (`ADDRESS:PORT`, by default the host of
the URL and 53). Tests make records below `homeport-test.internal` there, and take them away again. Those that change its
password run only where `HOMEPORT_TEST_PIHOLE_DISPOSABLE` is set.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

import dns.exception
import dns.message
import dns.query
import urllib3
from tests.pihole import client, moments, standing

from homeport import clock
from homeport.net.dns.pihole.options import Options

URL, PASSWORD = "HOMEPORT_TEST_PIHOLE_URL", "HOMEPORT_TEST_PIHOLE_PASSWORD"
DNS, DISPOSABLE = "HOMEPORT_TEST_PIHOLE_DNS", "HOMEPORT_TEST_PIHOLE_DISPOSABLE"
DOMAIN = "homeport-test.internal"
TIMEOUT_S = 120.0


class Reached(NamedTuple):
    """One Pi-hole, and time as it has it."""

    url: str
    password: str
    dns: tuple[str, int]
    clock: clock.Clock
    wait: Callable[[float], None]
    is_disposable: bool
    stand_in: standing.StandIn | None = None

    @property
    def options(self) -> Options:
        """For our own client."""
        return Options(self.url, self.password, "", None, *self.dns, TIMEOUT_S)

    def client(self) -> contextlib.AbstractContextManager[client.Client]:
        return client.opened(self.url, self.password)

    def answers(self, name: str, kind: str = "A") -> list[str]:
        """What its DNS says to a name; each record as text, without its time."""
        query = dns.message.make_query(name, kind)
        try:
            found = dns.query.udp(query, self.dns[0], 1.0, self.dns[1])
        except (OSError, dns.exception.DNSException):
            return []
        return [str(row).rstrip(".") for rows in found.answer for row in rows]

    def until(self, holds: Callable[[], bool]) -> None:
        """Waits until something holds, through a restart."""
        for _ in range(600):
            with contextlib.suppress(urllib3.exceptions.HTTPError):
                if holds():
                    return
            self.wait(0.2)
        raise AssertionError("it has not come to that")


def is_address(text: str) -> bool:
    """Whether an answer is an address, and no other name."""
    return text.replace(".", "").isdecimal() or ":" in text


def named() -> str:
    """The real one's address, if one is named."""
    return os.environ.get(URL, "")


def real() -> Reached:
    """The one that the environment names."""
    url = named()
    host = urllib3.util.parse_url(url).host or ""
    address, _, port = os.environ.get(DNS, f"{host}:53").rpartition(":")
    return Reached(
        url,
        os.environ.get(PASSWORD, ""),
        (address, int(port)),
        clock.SystemClock(),
        time.sleep,
        bool(os.environ.get(DISPOSABLE)),
    )


@contextlib.contextmanager
def pretended(password: str = "right") -> Iterator[Reached]:
    """A stand-in, which asks for a password as most do."""
    time_ = moments.Moved()
    with standing.StandIn(time_) as made:
        made.kept.password = password
        at = ("127.0.0.1", made.dns_port)
        yield Reached(made.url, password, at, time_, time_.wait, is_disposable=True, stand_in=made)
