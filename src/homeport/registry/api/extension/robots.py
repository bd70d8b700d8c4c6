"""Robots: credentials for programs."""

from __future__ import annotations

from typing import Any

from homeport import errors as faults
from homeport.clock import Clock
from homeport.edge import http
from homeport.registry import errors
from homeport.registry.access import caller as callers
from homeport.registry.access import robots as access
from homeport.registry.api.extension import bodies
from homeport.registry.events.watch import Watch


class Robots:
    """The end points of robots."""

    def __init__(self, robots: access.Robots, clock: Clock, watch: Watch) -> None:
        self._robots = robots
        self._watch = watch
        self._clock = clock

    async def list(self, _request: http.Request, _: str) -> http.Response:
        """All robots, without their secrets."""
        return bodies.answer({"robots": [_shown(robot) for robot in self._robots.all()]})

    async def create(self, request: http.Request, _: str) -> http.Response:
        """Makes a robot; its secret stands in this answer and never again."""
        given = await bodies.read(request.body, _FIELDS, needed=("name", "scopes"))
        name, after_s = given["name"], given.get("expires_s")
        if self._is_there(name):
            raise errors.Failure(
                "UNSUPPORTED",
                f"there is a robot {name!r} already",
                detail={"hint": "Remove it first, or give the new one another name."},
                status=409,
            )
        expires = self._clock.now() + after_s if after_s is not None else None
        scopes = [(scope["repositories"], scope["allow"]) for scope in given["scopes"]]
        by = callers.of(request).name
        try:
            secret = await self._robots.create(name, scopes, expires, by)
        except faults.StorageError:
            raise
        except faults.HomeportError as fault:
            hint = {"hint": fault.hint}
            raise errors.Failure("UNSUPPORTED", fault.what, detail=hint, status=400) from fault
        self._watch.robot_made(name, by, expires)
        made = {"secret": secret, "user": access.PREFIX + name, "name": name, "expires": expires}
        return bodies.answer(made, 201)

    async def remove(self, request: http.Request, name: str) -> http.Response:
        """Removes a robot; its secret is refused from now on."""
        if not self._is_there(name):
            text = f"there is no robot {name[: bodies.NAME]!r}"
            raise errors.Failure("NAME_UNKNOWN", text)
        await self._robots.remove(name)
        self._watch.robot_removed(name, callers.of(request).name)
        return http.Response(204, [errors.VERSION])

    def _is_there(self, name: str) -> bool:
        return self._robots.named(access.PREFIX + name) is not None


def _shown(robot: access.Robot) -> dict[str, Any]:
    return {
        "name": robot.name,
        "scopes": [{"repositories": pattern, "allow": allow} for pattern, allow in robot.scopes],
        "created": robot.created,
        "created_by": robot.created_by,
        "expires": robot.expires,
        "used": robot.used,
        "user": access.PREFIX + robot.name,
    }


def _scopes(value: Any) -> str:
    """What is let where."""
    if isinstance(value, list) and 0 < len(value) <= bodies.LIST and all(map(_is_scope, value)):
        return ""
    return (
        f"must be a list of 1 to {bodies.LIST} objects such as"
        ' {"repositories": "team/**", "allow": ["pull", "push"]}'
    )


def _is_scope(value: Any) -> bool:
    if not isinstance(value, dict) or value.keys() != {"repositories", "allow"}:
        return False
    return not bodies.text(value["repositories"]) and not bodies.texts(value["allow"])


_FIELDS = {"name": bodies.text, "scopes": _scopes, "expires_s": bodies.seconds}
