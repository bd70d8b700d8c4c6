"""Whether it is a Pi-hole that answers, and one that is new enough, before it is told a password.

Version 6 has the API in the resolver itself; before, it was a script of the web interface:
https://docs.pi-hole.net/api/
"""

from __future__ import annotations

from typing import Any

import urllib3

from homeport import errors
from homeport.net.dns.pihole import limits
from homeport.net.dns.pihole.wire.asking import Asking
from homeport.net.dns.pihole.wire.reply import Reply

_OLD = "/admin/api.php?version"
"""What version 5 answers, without a password: https://discourse.pi-hole.net/t/pi-hole-api/1863"""


def session(reply: Reply, asking: Asking) -> dict[str, Any]:
    """What `GET /api/auth` says about us. Raises `HomeportError` where that is no answer of a Pi-hole 6."""
    found = reply.part("session")
    if reply.status in {200, 401} and isinstance(found.get("valid"), bool):
        return found
    if 300 <= reply.status < 400:
        raise _redirected(reply, asking.where)
    if reply.status == 429 or reply.status >= 500:
        raise errors.HomeportError(
            f"{_capital(asking.where)} answers with status {reply.status}.",
            hint="See its log, /var/log/pihole/FTL.log, and whether a proxy stands before it.",
        )
    if _is_old(asking):
        raise errors.HomeportError(
            f"{_capital(asking.where)} is of version 5 or older; Homeport speaks the API of version 6.",
            hint="Version 5 is not kept up any more: sudo pihole -up. "
            "Until then dns.provider = 'print' says which records to enter by hand.",
        )
    raise stranger(asking.where)


def stranger(where: str) -> errors.HomeportError:
    """Something else than a Pi-hole."""
    return errors.HomeportError(
        f"What answers at {where.removeprefix('the Pi-hole at ')} is not a Pi-hole.",
        hint="pihole.url is the address of its web interface, without what follows the port. "
        "Is there another web server on that port?",
    )


def _is_old(asking: Asking) -> bool:
    reply = asking.ask("GET", _OLD, headers={}, within_s=limits.FIRST_S)
    return reply.status == 200 and "version" in reply.document


def _redirected(reply: Reply, where: str) -> errors.HomeportError:
    """A redirect is a person's to follow: the password goes only where the settings say."""
    to = _address(reply.headers.get("location", ""))
    hint = "Set pihole.url to the address that it sends to."
    if to:
        hint = f"If that is yours, set pihole.url to {to}"
    return errors.HomeportError(
        f"{_capital(where)} sends on to another address; that is not followed.", hint=hint
    )


def _address(location: str) -> str:
    """Of a web server; empty for what is none."""
    try:
        to = urllib3.util.parse_url(location)
    except urllib3.exceptions.LocationParseError:
        return ""
    if to.scheme not in {"http", "https"} or not to.host:
        return ""
    return f"{to.scheme}://{to.host}" + ("" if to.port is None else f":{to.port}")


def _capital(where: str) -> str:
    return where[:1].upper() + where[1:]
