"""Lambda: a function is made, called and deleted."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any

from homeport import errors
from homeport.stack.rules.cloud import choices, deployment
from homeport.stack.rules.cloud.services import present
from homeport.stack.rules.rule import Finding, Planned, Rule, Running

RUNTIMES = ("python3.13", "python3.12", "python3.11", "python3.10", "python3.14")
"""The first that the cloud can run is taken: the engine `builtin` runs those of its machine or image."""

PROGRAM = "def handler(event, context):\n    return {'doubled': event['number'] * 2}\n"
ROLE = "arn:aws:iam::000000000000:role/homeport-verify"


def on_running(planned: Planned, running: Running) -> Iterator[Finding]:
    """One function that doubles a number."""
    present.demand(planned, "lambda")
    client, name = running.aws("lambda"), running.unique("check")
    problem = ""
    for runtime in RUNTIMES:
        try:
            answer = _call(running, client, f"{name}-{runtime.replace('.', '-')}", runtime)
        except errors.HomeportError as error:
            problem = problem or error.what
            continue
        if answer == {"doubled": 42}:
            return
        problem = problem or f"A function answers {answer} where it should double 21"
    yield Finding(
        f"No function runs: {problem.rstrip('.')}.",
        choices.functions(is_homeports=deployment.is_homeports(planned, running)),
    )


def _call(running: Running, client: Any, name: str, runtime: str) -> Any:
    client.create_function(
        FunctionName=name,
        Runtime=runtime,
        Role=ROLE,
        Handler="app.handler",
        Code={"ZipFile": _archive()},
        Timeout=30,
    )
    try:
        running.until(lambda: _is_active(client, name), f"the function {name} to be active")
        called = client.invoke(FunctionName=name, Payload=json.dumps({"number": 21}).encode())
        payload = called["Payload"].read()
        return json.loads(payload) if payload else None
    finally:
        client.delete_function(FunctionName=name)


def _is_active(client: Any, name: str) -> bool:
    """https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html"""
    its = client.get_function(FunctionName=name)["Configuration"]
    if its.get("State") == "Failed":
        raise errors.HomeportError(str(its.get("StateReason", "its state is Failed")))
    return bool(its.get("State", "Active") == "Active")


def _archive() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        entry = zipfile.ZipInfo("app.py")
        entry.external_attr = 0o100644 << 16
        file.writestr(entry, PROGRAM)
    return made.getvalue()


RULE = Rule(
    id="cloud-lambda",
    title="Lambda runs a function and gives its answer.",
    why="It is the service that needs most from below: LocalStack starts a Docker container for each function.",
    hint="homeport logs cloud tells what it answered, and why.",
    link="https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html",
    running=on_running,
)
