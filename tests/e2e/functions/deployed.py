"""Functions of a running stack: deployed as their users do, called, and looked at from outside."""

from __future__ import annotations

import io
import json
import os
import sys
import textwrap
import time
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

ROLE = "arn:aws:iam::000000000000:role/functions"
PYTHON = f"python3.{sys.version_info.minor}"
LIMIT_S = 40.0
"""How long a test waits for what comes by itself; on a quiet machine it takes a moment."""


def archive(files: Mapping[str, str | bytes]) -> bytes:
    """A zip of programs, as `zip -r` makes it."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name)
            entry.external_attr = 0o100755 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            text = textwrap.dedent(content) if isinstance(content, str) else content
            file.writestr(entry, text)
    return made.getvalue()


def deploy(stack, name: str, code: str | Mapping[str, str | bytes], **more) -> str:
    """Makes a function and returns its ARN; `code` is Python, or the files of another language."""
    files = {"app.py": code} if isinstance(code, str) else code
    settings = {"Runtime": PYTHON, "Handler": "app.handler", "Timeout": 20, "Role": ROLE, **more}
    variables = settings.pop("variables", None)
    if variables:
        settings["Environment"] = {"Variables": variables}
    made = stack.client("lambda").create_function(
        FunctionName=name, Code={"ZipFile": archive(files)}, **settings
    )
    return made["FunctionArn"]


def invoke(stack, name: str, event=None, **more):
    """What a function answers to an event; a test that expects an error looks at `invoked` itself."""
    answer = invoked(stack, name, event, **more)
    payload = answer["Payload"].read()
    assert "FunctionError" not in answer, payload
    return json.loads(payload) if payload else None


def invoked(stack, name: str, event=None, **more):
    """The whole answer of Invoke."""
    client = stack.client("lambda", retries={"total_max_attempts": 1}, read_timeout=120)
    return client.invoke(FunctionName=name, Payload=json.dumps(event), **more)


def send(stack, name: str, event=None) -> None:
    """Invokes without waiting for the answer."""
    assert invoked(stack, name, event, InvocationType="Event")["StatusCode"] == 202


def until(look: Callable[[], Any], limit_s: float = LIMIT_S) -> Any:
    """The first answer that is true."""
    deadline = time.monotonic() + limit_s
    while not (found := look()):
        assert time.monotonic() < deadline, f"{look} still answers {found!r}"
        time.sleep(0.05)
    return found


def queue(stack, name: str, **attributes: str) -> tuple[str, str]:
    """The URL and the ARN of a new queue."""
    sqs = stack.client("sqs")
    url = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    return url, f"arn:aws:sqs:us-east-1:000000000000:{name}"


def messages(stack, url: str, count: int, limit_s: float = LIMIT_S) -> list[str]:
    """The bodies of the next messages, until so many different ones were there; each is deleted."""
    sqs, bodies, deadline = stack.client("sqs"), [], time.monotonic() + limit_s
    while len(set(bodies)) < count:
        assert time.monotonic() < deadline, bodies
        got = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1)
        for message in got.get("Messages", []):
            bodies.append(message["Body"])
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return bodies


def processes(word: str) -> list[int]:
    """Processes whose command or environment has a word in it."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal() and int(folder.name) != os.getpid():
            try:
                texts = [(folder / name).read_bytes() for name in ("environ", "cmdline")]
            except OSError:
                continue  # it has just ended, or belongs to somebody else
            if any(word.encode() in text for text in texts):
                found.append(int(folder.name))
    return found


def log(stack, name: str, word: str) -> str:
    """The first line with a word in it that a function has written, once it is there."""
    logs, group = stack.client("logs"), f"/aws/lambda/{name}"

    def lines():
        try:
            found = logs.filter_log_events(logGroupName=group, filterPattern=f'"{word}"')
        except logs.exceptions.ResourceNotFoundException:
            return []
        return [event["message"] for event in found["events"]]

    return until(lines)[0]


def has_namespaces(stack) -> bool:
    """Whether functions are shut in; where the kernel does not allow it the stack says so with the first of them."""
    texts = (path.read_text() for path in (stack.data / "logs").iterdir())
    return not any("gives functions no namespaces" in text for text in texts)
