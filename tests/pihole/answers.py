"""What is answered, and the errors in FTL's own words."""

from __future__ import annotations

from typing import Any, NamedTuple


class Answer(NamedTuple):
    """A status and a JSON body; without one, none."""

    status: int
    body: dict[str, Any] | None = None


def error(status: int, key: str, message: str, hint: str | None = None) -> Answer:
    return Answer(status, {"error": {"key": key, "message": message, "hint": hint}})


def bad(message: str, hint: str | None = None) -> Answer:
    return error(400, "bad_request", message, hint)


def unknown(path: str) -> Answer:
    return error(404, "not_found", "Not found", path)


UNAUTHORIZED = error(401, "unauthorized", "Unauthorized")
PRESENT = bad("Item already present", "Uniqueness of items is enforced")
READ_ONLY = error(403, "forbidden", "The config is currently in read-only mode")
NO_SUDO = error(
    403,
    "forbidden",
    "Unable to change configuration (read-only)",
    "The current app session is not allowed to modify Pi-hole config settings (webserver.api.app_sudo is false)",
)
NO_RESTART = error(
    403,
    "forbidden",
    "Restarting DNS is not allowed",
    "Check setting webserver.api.allow_destructive",
)
SEATS = error(
    429, "api_seats_exceeded", "API seats exceeded", "increase webserver.api.max_sessions"
)
RATE = error(429, "rate_limiting", "Rate-limiting login attempts")
TOTP_RATE = error(429, "rate_limiting", "Rate-limiting 2FA token requests, try again later")
TOTP_MISSING = bad("No 2FA token found in JSON payload")
TOTP_INVALID = error(401, "unauthorized", "Invalid 2FA token")
TOTP_REUSED = error(401, "unauthorized", "Reused 2FA token", "wait for new token")


def forced(setting: str) -> Answer:
    return bad("Config items set via environment variables cannot be changed via the API", setting)
