"""Why a Pi-hole does not change its settings, and what helps. https://docs.pi-hole.net/ftldns/configfile/"""

from __future__ import annotations

from homeport import errors
from homeport.net.dns.pihole.wire.reply import Reply, shown

_SETTINGS = "Settings > All settings (expert), or: sudo pihole-FTL --config"
_LOG = "See its log, /var/log/pihole/FTL.log."


class Refused(errors.HomeportError):
    """It is there, and does not do what it was asked."""


def refused(reply: Reply, where: str, doing: str, secrets: tuple[str, ...]) -> Refused:
    """What an answer that is none of success means; `doing` is such as `add the item x`."""
    what = f"{where[:1].upper()}{where[1:]} did not {doing}: "
    if reply.status == 401:
        return Refused(f"{what}the session has ended.", hint="Was the password changed? Try again.")
    if reply.status == 403:
        return _forbidden(reply, what, secrets)
    if "environment variables" in reply.message:
        return forced(where, reply.hint)
    said = ", ".join(filter(None, (reply.message, reply.hint))) or f"status {reply.status}"
    return Refused(f"{what}{shown(said, secrets)}.", hint=_LOG)


def forced(where: str, setting: str) -> Refused:
    """A setting that stands in the environment of the Pi-hole, as is usual in a container.

    https://github.com/pi-hole/docker-pi-hole#environment-variables
    """
    setting = shown(setting) or "dns"
    variable = f"FTLCONF_{setting.replace('.', '_')}"
    return Refused(
        f"The setting {setting} of {where} can not be changed: the environment variable {variable} sets it.",
        hint=f"Take {variable} out of its container (compose file) and start it anew; enter there what it had.",
    )


def _forbidden(reply: Reply, what: str, secrets: tuple[str, ...]) -> Refused:
    said = f"{reply.message} {reply.hint}"
    if "app_sudo" in said:
        return Refused(
            f"{what}an app password may not change settings there.",
            hint=f"Switch webserver.api.app_sudo on ({_SETTINGS} webserver.api.app_sudo true), "
            "or use the password itself.",
        )
    if "allow_destructive" in said:
        return Refused(
            f"{what}it is not allowed over the API.",
            hint=f"Switch webserver.api.allow_destructive on ({_SETTINGS} webserver.api.allow_destructive true), "
            "or restart it by hand: sudo pihole restartdns",
        )
    if "read-only mode" in said:
        return Refused(
            f"{what}its settings are read-only.",
            hint="Switch misc.readOnly off in /etc/pihole/pihole.toml there, or FTLCONF_misc_readOnly.",
        )
    return Refused(f"{what}{shown(said, secrets)}.", hint=_LOG)
