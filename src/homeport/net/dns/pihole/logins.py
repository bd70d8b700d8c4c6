"""Why somebody is not let in, and what helps. https://docs.pi-hole.net/api/auth/"""

from __future__ import annotations

from homeport import errors
from homeport.net.dns.pihole.options import Options
from homeport.net.dns.pihole.wire.reply import Reply, shown

_SEATS = "api_seats_exceeded"
_APP = (
    "Or make an app password, which needs no code: Settings > Web interface / API > Configure app password, "
    "with webserver.api.app_sudo on."
)


def is_rate_limited(reply: Reply) -> bool:
    """Whether it would look at the password a second later. FTL takes three a second, and one code of TOTP."""
    return reply.status == 429 and reply.key != _SEATS


def none_given(where: str) -> errors.HomeportError:
    """It asks for a password, and there is none."""
    return errors.HomeportError(
        f"{_capital(where)} asks for a password, and none is set.",
        hint="Set pihole.password_file to a file that holds it, or HOMEPORT_PIHOLE_PASSWORD.",
    )


def refused(reply: Reply, where: str, options: Options, *, has_totp: bool) -> errors.HomeportError:
    """What the answer to a login means; it says nothing of what was sent."""
    if reply.status == 429:
        return _too_many(reply, where)
    if _is_about_code(reply) or (reply.status == 400 and has_totp):
        return _code(reply, where, options)
    if reply.status == 401:
        return errors.HomeportError(
            f"{_capital(where)} does not take the password: it is another one.",
            hint="See pihole.password or pihole.password_file. A new one is set there by: sudo pihole setpassword",
        )
    said = shown(reply.message, (options.password, options.totp)) or "nothing more"
    return errors.HomeportError(
        f"{_capital(where)} did not log us in: status {reply.status}, {said}.",
        hint="See its log, /var/log/pihole/FTL.log.",
    )


def _is_about_code(reply: Reply) -> bool:
    return "2FA" in reply.message


def _code(reply: Reply, where: str, options: Options) -> errors.HomeportError:
    if not options.totp:
        return errors.HomeportError(
            f"{_capital(where)} asks for a code of two-factor authentication (TOTP) beside the password.",
            hint=f"Set HOMEPORT_PIHOLE_TOTP to the six digits of the moment. {_APP}",
        )
    if reply.message.startswith("Reused"):
        return errors.HomeportError(
            f"{_capital(where)} has had that code of two-factor authentication (TOTP) already.",
            hint=f"Wait for the next one, 30 seconds at most. {_APP}",
        )
    return errors.HomeportError(
        f"{_capital(where)} does not take the code of two-factor authentication (TOTP).",
        hint=f"Each is good for 30 seconds: set pihole.totp to a new one, and see the clocks of both sides. {_APP}",
    )


def _too_many(reply: Reply, where: str) -> errors.HomeportError:
    if reply.key == _SEATS:
        return errors.HomeportError(
            f"{_capital(where)} has no free seat: too many sessions are open there.",
            hint="Somebody does not log out. Each session ends by itself after 30 minutes; or end some under "
            "Settings > Web interface / API, or raise webserver.api.max_sessions.",
        )
    return errors.HomeportError(
        f"{_capital(where)} takes no login just now: too many are made.",
        hint="Something tries passwords there all the time. Wait a minute, and see Settings > Web interface / API.",
    )


def _capital(where: str) -> str:
    return where[:1].upper() + where[1:]
