"""The htpasswd Secret MUST exist before deployment."""

from __future__ import annotations

import re
from collections.abc import Iterator

from homeport.stack.rules import objects
from homeport.stack.rules.rule import Cluster, Finding, Level, Object, Planned, Rule, Skipped

SECRET, DEPLOYMENT = "registry-auth", "registry"

_ENTRY = re.compile(r"[^:\s][^:]*:\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}")
"""registry:2 takes bcrypt only: https://distribution.github.io/distribution/about/configuration/#htpasswd"""

SLOW_COST = 11
"""Traefik checks each request; at a cost of 12 it took 0.7 to 0.8 s on two busy cores, at 10 it took 0.2 s."""


def on_plan(planned: Planned) -> Iterator[Finding]:
    """The Secret is applied before the Deployment, whose pod waits for it, and is one that both readers take."""
    deployment = objects.find(planned, "Deployment", DEPLOYMENT)
    yield from _waits(deployment)
    secret = planned.find("Secret", SECRET)
    if secret is None:
        return  # the cluster's own is kept, and looked at there
    if objects.position(planned, secret) > objects.position(planned, deployment):
        yield Finding(
            f"The Secret {SECRET} comes after the Deployment {DEPLOYMENT}.",
            "This is a mistake of Homeport: homeport render shows the order.",
        )
    yield from _content(secret)


def on_cluster(planned: Planned, cluster: Cluster) -> Iterator[Finding]:
    """The Secret that is to be kept is there, and is such a one."""
    if planned.find("Secret", SECRET) is not None:
        raise Skipped("the Secret is applied with the stack")
    namespace = planned.chosen.registry.namespace
    secret = cluster.get("v1", "Secret", namespace, SECRET)
    if secret is None:
        yield Finding(
            f"There is no Secret {namespace}/{SECRET} to keep, and no password to make one with.",
            "Give one: HOMEPORT_ADMIN_PASSWORD, or admin.password in homeport.toml.",
        )
        return
    yield from _content(secret)


def _waits(deployment: Object) -> Iterator[Finding]:
    used = [
        volume["secret"]
        for volume in objects.volumes(deployment)
        if (volume.get("secret") or {}).get("secretName") == SECRET
    ]
    if not used or any(one.get("optional") for one in used):
        yield Finding(
            f"The pod of the registry starts without the Secret {SECRET}.",
            "It must mount it, and not as optional: the kubelet waits for the Secret then.",
        )


def _content(secret: Object) -> Iterator[Finding]:
    values = objects.secret_values(secret)
    if len(values) != 1:
        yield Finding(
            f"The Secret {SECRET} has the keys {', '.join(values) or 'of nothing'}, and must have exactly one, htpasswd.",
            "Traefik drops the whole route otherwise, and answers 404: "
            f"kubectl -n {objects.namespace(secret) or 'registry'} edit secret {SECRET}",
        )
        return
    lines = next(iter(values.values())).decode(errors="replace").splitlines()
    entries = [line for line in lines if line.strip() and not line.startswith("#")]
    wrong = [line.partition(":")[0] for line in entries if not _ENTRY.fullmatch(line.strip())]
    if wrong or not entries:
        yield Finding(
            f"The Secret {SECRET} has {_said(wrong)}.",
            "htpasswd -nbB NAME PASSWORD makes a line with bcrypt, the only form that registry:2 takes.",
        )
        return
    yield from _cost(entries)


def _said(wrong: list[str]) -> str:
    if not wrong:
        return "no users"
    return f"entries that are not of bcrypt: {', '.join(wrong)}"


def _cost(entries: list[str]) -> Iterator[Finding]:
    matches = [_ENTRY.fullmatch(line.strip()) for line in entries]
    highest = max(int(match[1]) for match in matches if match is not None)
    if highest >= SLOW_COST:
        yield Finding(
            f"The Secret {SECRET} has a password with a bcrypt cost of {highest}.",
            "Traefik pays it with every request, and a push makes several for each layer; "
            "a long random password is as safe with a cost of 5 to 8.",
            Level.WARNING,
        )


RULE = Rule(
    id="registry-htpasswd-secret",
    title="The htpasswd Secret MUST exist before deployment.",
    why=(
        "The registry does not start without its users, and Traefik drops a route whose Secret is missing or has two keys: "
        "clients see 404."
    ),
    hint="Give a password (HOMEPORT_ADMIN_PASSWORD); Homeport makes the Secret with the one key htpasswd.",
    link="https://doc.traefik.io/traefik/reference/routing-configuration/http/middlewares/basicauth/",
    plan=on_plan,
    cluster=on_cluster,
)
