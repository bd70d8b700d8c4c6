"""What tests of the keeper do again and again."""

from __future__ import annotations

import contextlib

from tests.pihole.reached import DOMAIN

from homeport.net.dns import reconciling, records
from homeport.net.dns.pihole import keeper

TARGET = f"traefik.{DOMAIN}"
NAMES = tuple(f"{name}.{DOMAIN}" for name in ("registry", "registry-ui", "localstack"))
ADDRESS, OTHER = "10.77.0.1", "10.77.0.2"
STACK = records.of(NAMES, TARGET, [ADDRESS], 300)
HOST = f"{ADDRESS} {TARGET}"
ALIASES = [f"{name},{TARGET},300" for name in NAMES]


@contextlib.contextmanager
def opened(pihole, **changed):
    """A keeper, with other options where they are given."""
    options = pihole.options
    for name, value in changed.items():
        object.__setattr__(options, name, value)
    made = keeper.open(options, pihole.clock, pihole.wait)
    try:
        yield made
    finally:
        made.close()


def planned(pihole, wanted=STACK, ours=(), **changed):
    with opened(pihole, **changed) as made:
        return made.plan(wanted, ours)


def applied(pihole, wanted=STACK, ours=(), told=None, **changed):
    """Plans and applies; the records that are ours then."""
    with opened(pihole, **changed) as made:
        changes = made.plan(wanted, ours)
        made.apply(changes, [].append if told is None else told)
    return reconciling.settled(changes)


def asked(stand_in):
    """The requests that changed something, without those of sessions."""
    return [
        (request.method, request.target)
        for request in stand_in.server.requests
        if request.method != "GET" and not request.path.startswith("/api/auth")
    ]
