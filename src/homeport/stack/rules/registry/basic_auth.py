"""Basic auth MUST be required for all operations of the registry."""

from __future__ import annotations

import base64
import importlib
from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from homeport.stack.rules import objects
from homeport.stack.rules.registry import content, operations
from homeport.stack.rules.rule import Finding, Planned, Reply, Rule, Running

CONFIG, KEY = "registry-config", "config.yml"


class _Yaml(Protocol):
    def safe_load(self, text: str) -> Any: ...


def on_plan(planned: Planned) -> Iterator[Finding]:
    """Who asks for a password: the registry itself in any case, and Traefik where the registry is not Homeport's own.

    Homeport's own knows of robots and tokens, which Traefik would refuse.
    """
    if not planned.chosen.registry.auth:
        yield Finding(
            "The registry lets everyone in: registry.auth is off.",
            "Write registry.auth = true in homeport.toml, or leave it out.",
        )
    elif planned.chosen.registry.engine != "builtin":
        yield from _routes(planned)
        yield from _secrets(planned)
        yield from _configuration(planned)


def _routes(planned: Planned) -> Iterator[Finding]:
    for obj, route in objects.routes(planned, planned.chosen.hosts.registry):
        is_open = not any(
            objects.has_middleware(planned, obj, route, kind)
            for kind in ("basicAuth", "redirectScheme")
        )
        if is_open:
            yield Finding(
                f"The route {route['match']} of the IngressRoute {obj['metadata']['name']} asks for no password.",
                "It needs the Middleware basic-auth: homeport render shows it.",
            )


def _secrets(planned: Planned) -> Iterator[Finding]:
    for one in objects.of_kind(planned, "Middleware"):
        secret = (one["spec"].get("basicAuth") or {}).get("secret")
        if "basicAuth" in one["spec"] and secret != "registry-auth":  # noqa: S105 - its name
            yield Finding(
                f"The Middleware {one['metadata']['name']} takes its users from {secret or 'nowhere'}.",
                "They are in the Secret registry-auth.",
            )


def _configuration(planned: Planned) -> Iterator[Finding]:
    """https://distribution.github.io/distribution/about/configuration/#auth"""
    text = (objects.find(planned, "ConfigMap", CONFIG).get("data") or {}).get(KEY, "")
    yaml: _Yaml = importlib.import_module("yaml")
    document: Mapping[str, Any] = yaml.safe_load(text) or {}
    its = (document.get("auth") or {}).get("htpasswd") or {}
    if not its.get("path") or not its.get("realm"):
        yield Finding(
            f"The {KEY} of the ConfigMap {CONFIG} has no auth.htpasswd with realm and path.",
            "What runs in the cluster goes round Traefik, and would be let in without a password.",
        )


def on_running(planned: Planned, running: Running) -> Iterator[Finding]:
    """Each operation is answered 401 without a password and with a wrong one, and works with the right one."""
    host, image = planned.chosen.hosts.registry, content.new(running)
    asked = {"without a password": {}, "with a wrong one": _wrong(image.tag)}
    for operation in operations.ALL:
        path = _path(operation, image, f"/v2/{content.REPOSITORY}/blobs/uploads/{image.tag}")
        for how, headers in asked.items():
            reply = running.ask(host, operation.method, path, headers=headers)
            if reply.status != 401:
                yield Finding(
                    f"{operation.method} {path} ({operation.name}) is answered with {reply.status} {how}, not with 401.",
                    "Whoever reaches the registry may do that. registry.auth must be on, and the Middleware basic-auth on each route.",
                )
    _known(planned, running, image)


def _known(planned: Planned, running: Running, image: content.Image) -> None:
    """Raises `HomeportError` at the first operation that does not work."""
    client = content.Client(running, planned)
    its = planned.chosen.registry
    if its.readonly:
        client.ask("GET", "/v2/_catalog", (200,))
        return
    with client.removing(image, may_delete=its.delete):
        client.push(image)
        upload = ""
        for operation in operations.ALL:
            if operation.method == "DELETE" and not its.delete and "{upload}" not in operation.path:
                continue
            reply = _do(client, operation, image, upload)
            upload = _upload(operation, reply, client.host, upload)


def _do(
    client: content.Client, operation: operations.Operation, image: content.Image, upload: str
) -> Reply:
    path = _path(operation, image, upload)
    body = {"blob": image.layer, "manifest": image.manifest}.get(operation.sends, b"")
    kind = content.MANIFEST if operation.sends == "manifest" else "application/octet-stream"
    headers = {"Accept": content.MANIFEST} | ({"Content-Type": kind} if body else {})
    return client.ask(operation.method, path, operation.answers, body=body, headers=headers)


def _upload(operation: operations.Operation, reply: Reply, host: str, before: str) -> str:
    """Where the upload goes on after an operation."""
    if reply.status == 202 and operation.method in {"POST", "PATCH"}:
        return content.next_place(reply, host)
    return before


def _path(operation: operations.Operation, image: content.Image, upload: str) -> str:
    pattern = operation.path
    if "?" in upload:  # registry:2 keeps the state of an upload in its query
        pattern = pattern.replace("{upload}?", "{upload}&")
    return pattern.format(
        repository=content.REPOSITORY,
        other=f"{content.REPOSITORY}-other",
        blob=content.digest(image.layer),
        manifest=image.digest,
        tag=image.tag,
        upload=upload,
    )


def _wrong(name: str) -> dict[str, str]:
    """Always the same in one check, and of nobody's: the registry slows down whoever guesses, not its users."""
    return {"Authorization": "Basic " + base64.b64encode(f"{name}:wrong".encode()).decode()}


RULE = Rule(
    id="registry-basic-auth",
    title="Basic auth MUST be required for all operations of the registry.",
    why="One operation without a password is enough to read or replace images, or to fill the disk.",
    hint="registry.auth must be on, and the Middleware basic-auth on each route to the registry.",
    link="https://www.rfc-editor.org/rfc/rfc7617",
    plan=on_plan,
    running=on_running,
)
