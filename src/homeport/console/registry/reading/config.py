"""The config of an image, and the metadata of a chart.

https://github.com/opencontainers/image-spec/blob/v1.1.1/config.md
"""

from __future__ import annotations

from typing import Any, NamedTuple

from homeport.console.registry.reading import document, safe


class Step(NamedTuple):
    """One entry of the history."""

    created: float | None
    created_by: str
    comment: str
    author: str
    is_empty: bool
    """Whether it made no layer."""


class Config(NamedTuple):
    """What is shown of a config."""

    created: float | None
    platform: str
    terms: list[tuple[str, str]]
    """What it is and how it runs: pairs of a name and a value. Empty values are left out."""
    env: dict[str, str]
    labels: dict[str, str]
    history: list[Step]
    entrypoint: list[str]
    cmd: list[str]


def read(content: bytes) -> Config | None:
    """Reads any config; None where it is no JSON object."""
    body = safe.load(content)
    if body is None:
        return None
    run = safe.mapped(body.get("config"))
    return Config(
        safe.moment(body.get("created")),
        document.platform(body),
        [(name, value) for name, value in _terms(body, run) if value],
        _env(run.get("Env")),
        safe.pairs(run.get("Labels")),
        [_step(each) for each in safe.listed(body.get("history")) if isinstance(each, dict)],
        safe.words(run.get("Entrypoint")),
        safe.words(run.get("Cmd")),
    )


def _terms(body: dict[str, Any], run: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        ("Author", safe.text(body.get("author"))),
        ("Operating system", " ".join(safe.texts([body.get("os"), body.get("os.version")]))),
        ("Architecture", " ".join(safe.texts([body.get("architecture"), body.get("variant")]))),
        ("Entrypoint", command(safe.words(run.get("Entrypoint")))),
        ("Command", command(safe.words(run.get("Cmd")))),
        ("User", safe.text(run.get("User"))),
        ("Working directory", safe.text(run.get("WorkingDir"))),
        ("Ports", ", ".join(safe.pairs(run.get("ExposedPorts")))),
        ("Volumes", ", ".join(safe.pairs(run.get("Volumes")))),
        ("Health check", _health(safe.mapped(run.get("Healthcheck")))),
        ("Stop signal", safe.text(run.get("StopSignal"))),
        ("Shell", command(safe.words(run.get("Shell")))),
        ("On build", "; ".join(safe.texts(run.get("OnBuild")))),
        ("Docker version", safe.text(body.get("docker_version"))),
    ]


def command(parts: list[str]) -> str:
    """A command in the exec form of a Dockerfile: https://docs.docker.com/reference/dockerfile/#exec-form"""
    if not parts:
        return ""
    quoted = ('"' + part.replace("\\", "\\\\").replace('"', '\\"') + '"' for part in parts)
    return f"[{', '.join(quoted)}]"


def _health(given: dict[str, Any]) -> str:
    """The durations stand in nanoseconds: https://github.com/moby/docker-image-spec/blob/v1.3.1/spec.md"""
    test = safe.words(given.get("Test"))
    if not test:
        return ""
    shown = test[1] if test[0] == "CMD-SHELL" and len(test) > 1 else command(test[1:]) or test[0]
    names = (("Interval", "every"), ("Timeout", "at most"), ("StartPeriod", "after"))
    spans = [(word, safe.number(given.get(name))) for name, word in names]
    told = [f"{word} {value / 1e9:g} s" for word, value in spans if value]
    retries = safe.number(given.get("Retries"))
    told += [f"{retries} tries"] if retries else []
    return f"{shown} ({', '.join(told)})" if told else shown


def _env(value: Any) -> dict[str, str]:
    pairs = (each.partition("=") for each in safe.texts(value))
    return {name: said for name, _, said in pairs}


def _step(value: dict[str, Any]) -> Step:
    return Step(
        safe.moment(value.get("created")),
        safe.text(value.get("created_by")),
        safe.text(value.get("comment"), 256),
        safe.text(value.get("author"), 256),
        value.get("empty_layer") is True,
    )


CHART = (
    ("name", "Chart"),
    ("version", "Version"),
    ("appVersion", "Version of the application"),
    ("description", "Description"),
    ("type", "Type"),
    ("kubeVersion", "Kubernetes"),
    ("home", "Home"),
    ("icon", "Icon"),
    ("deprecated", "Deprecated"),
)
"""https://helm.sh/docs/topics/charts/#the-chartyaml-file"""


def read_chart(content: bytes) -> list[tuple[str, str]]:
    """What a chart says of itself; empty where its config is none."""
    body = safe.load(content) or {}
    shown = safe.pairs({key: body[key] for key, _ in CHART if key in body})
    rows = [(label, shown[key]) for key, label in CHART if shown.get(key)]
    for key, label in (("keywords", "Keywords"), ("sources", "Sources")):
        rows.append((label, ", ".join(safe.texts(body.get(key)))))
    makers = [safe.mapped(each) for each in safe.listed(body.get("maintainers"))]
    rows.append(("Maintainers", ", ".join(safe.text(each.get("name"), 256) for each in makers)))
    needs = [safe.mapped(each) for each in safe.listed(body.get("dependencies"))]
    told = (f"{safe.text(e.get('name'), 256)} {safe.text(e.get('version'), 64)}" for e in needs)
    return [*(row for row in rows if row[1]), *([("Needs", ", ".join(told))] if needs else [])]
