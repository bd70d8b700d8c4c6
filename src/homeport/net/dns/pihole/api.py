"""The calls that read and change the two settings. https://docs.pi-hole.net/api/"""

from __future__ import annotations

import urllib.parse
from dataclasses import dataclass
from typing import Any

from homeport import errors
from homeport.net.dns.pihole import identifying, items, refusals
from homeport.net.dns.pihole.items import Item
from homeport.net.dns.pihole.options import Options
from homeport.net.dns.pihole.session import Session
from homeport.net.dns.pihole.wire.reply import Reply

PRESENT = "Item already present"
"""How it refuses an item that it has. https://docs.pi-hole.net/api/"""


@dataclass(frozen=True, slots=True)
class Present:
    """What is there."""

    items: tuple[Item, ...]
    forced: frozenset[str]
    """The settings, of the two, that the environment of the Pi-hole sets."""


class Api:
    """One Pi-hole, to somebody who is logged in. Items are added and removed one by one, so none of others' is ever written."""

    def __init__(self, session: Session, options: Options, where: str) -> None:
        self._session = session
        self._secrets = (options.password, options.totp)
        self._where = where

    def present(self) -> Present:
        """Both lists as they are now."""
        hosts, hosts_forced = self._listed(items.HOSTS)
        aliases, aliases_forced = self._listed(items.ALIASES)
        forced = {items.HOSTS: hosts_forced, items.ALIASES: aliases_forced}
        return Present(
            items.read(hosts, aliases), frozenset(name for name, is_so in forced.items() if is_so)
        )

    def add(self, item: Item, *, restarts: bool) -> bool:
        """Whether it was not there yet. An item of an alias counts only after a restart."""
        reply = self._session.ask("PUT", _path(item, restarts=restarts))
        if reply.status == 201:
            return True
        if reply.status == 400 and reply.message == PRESENT:
            return False
        raise self._refused(reply, f"add {item.text!r} to dns.{item.setting}")

    def remove(self, item: Item, *, restarts: bool) -> bool:
        """Whether it was there."""
        reply = self._session.ask("DELETE", _path(item, restarts=restarts))
        if reply.status == 204:
            return True
        if reply.status == 404:
            return False
        raise self._refused(reply, f"remove {item.text!r} from dns.{item.setting}")

    def restart(self) -> None:
        """Has it read what is stored."""
        reply = self._session.ask("POST", "/api/action/restartdns")
        if reply.status != 200:
            raise self._refused(reply, "restart its DNS server")

    def may_change(self) -> bool:
        """Whether app passwords may change settings."""
        reply = self._session.ask("GET", "/api/config/webserver/api/app_sudo")
        return reply.part("config", "webserver", "api").get("app_sudo") is not False

    def _listed(self, setting: str) -> tuple[list[str], bool]:
        reply = self._session.ask("GET", f"/api/config/dns/{setting}?detailed=true")
        if reply.status != 200:
            raise self._refused(reply, f"show dns.{setting}")
        found = reply.part("config", "dns", setting)
        values: Any = found.get("value")
        if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
            raise identifying.stranger(self._where)
        return values, reply.part("config", "dns", setting, "flags").get("env_var") is True

    def _refused(self, reply: Reply, doing: str) -> errors.HomeportError:
        return refusals.refused(reply, self._where, doing, self._secrets)


def _path(item: Item, *, restarts: bool) -> str:
    text = urllib.parse.quote(item.text, safe="")
    return f"/api/config/dns/{item.setting}/{text}" + ("" if restarts else "?restart=false")
