"""The page of rights and rules: who may do what, what goes when, which other registries, who is told, and how to change it."""

from __future__ import annotations

import asyncio
from typing import Any

from homeport.console.asking.troubles import Trouble
from homeport.console.registry.rights import matrix, question, settings, toml, words
from homeport.console.registry.rights.question import Answer, Known, Question
from homeport.console.routing import Row
from homeport.console.visit import Visit
from homeport.edge import http
from homeport.registry.grammar import names

USER = 255
"""Characters of a name that is asked about at most, as of a user: https://httpd.apache.org/docs/2.4/programs/htpasswd.html"""


async def show(visit: Visit) -> http.Response:
    """All of it, and the answer to a question where one is asked."""
    told = await visit.registry.get("rules")
    asked = _asked(visit)
    answer = await _answer(visit, asked, told) if asked is not None else None
    return visit.page(
        "registry/rules.html",
        part="answer",
        told=told,
        who=visit.who,
        rules=[words.rule(each) for each in told["rules"]],
        matrix=matrix.made(told["rules"], told["admins"]),
        retention=[words.retention(each) for each in told["retention"]],
        settings=settings.switches(told),
        switches=words.switches(told),
        asked=asked or Question("", "pull", ""),
        answer=answer,
        actions=matrix.ACTIONS,
        snippets=_snippets(told),
    )


def _asked(visit: Visit) -> Question | None:
    query = visit.query
    if not query.has("repository"):
        return None
    repository, user = query.text("repository").strip(), query.text("user").strip()
    if not names.is_repository(repository):
        raise Trouble(
            f"No repository can be called {repository[:80]!r}.",
            hint="Names have lower-case letters, digits and . _ - between slashes, such as team/app.",
        )
    if len(user) > USER:
        raise Trouble(f"A name has {USER} characters at most.")
    return Question(user, query.choice("action", matrix.ACTIONS, "pull"), repository)


async def _answer(visit: Visit, asked: Question, told: dict[str, Any]) -> Answer:
    robots, users = await asyncio.gather(visit.registry.get("robots"), _users(visit, told))
    known = Known(users, {each["user"]: each for each in robots["robots"]})
    return question.answer(asked, told, known, visit.clock.now())


async def _users(visit: Visit, told: dict[str, Any]) -> frozenset[str] | None:
    if not told["has_users"]:
        return None
    found = await visit.registry.get("users")
    return frozenset(each["name"] for each in found["users"])


def _snippets(told: dict[str, Any]) -> dict[str, str]:
    """What is in force, or an example where there is none, as homeport.toml has it."""
    return {
        "rules": toml.rules(told["rules"] or [_RULE]),
        "retention": toml.retention(told["retention"] or [_RETENTION]),
        "settings": settings.snippet(settings.switches(told)),
        "admins": toml.table("registry", {"admins": ["ada"]}),
        "upstreams": toml.table(
            "registry.upstreams",
            {"prefix": "docker.io", "url": "https://registry-1.docker.io", "fresh": "5m"},
            is_array=True,
        ),
        "webhooks": toml.table(
            "registry.webhooks",
            {"name": "ci", "url": "https://ci.example.com/registry", "actions": ["push"]},
            is_array=True,
        ),
    }


_RULE = {
    "repositories": ["team/**"],
    "allow": ["pull", "push"],
    "users": ["bob"],
    "anonymous": False,
}
_RETENTION = {
    "repositories": ["team/**"],
    "tags": ["*"],
    "keep": ["v*", "latest"],
    "keep_last": 10,
    "keep_pushed_s": None,
    "keep_pulled_s": 30 * 86_400.0,
    "untagged_s": None,
}

ROWS = (Row("GET", "/registry/rules", show, "admin"),)
