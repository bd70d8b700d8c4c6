"""The last calls of the local AWS, with their errors: what a program just did, and why it was refused.

Bodies are not kept, so neither the values that a call carried nor the text of an error are here; its code is.
"""

from __future__ import annotations

import html
import re
import urllib.parse
from typing import Any, NamedTuple

from homeport.console.asking import troubles
from homeport.console.asking.cloud import Cloud
from homeport.console.asking.scope import Scope
from homeport.console.asking.troubles import Trouble
from homeport.console.visit import Visit
from homeport.edge import http

PATH = "/_homeport/requests"
KEPT = 1000
"""Calls that the cloud keeps, and gives at once."""
SERVICES = ("s3", "sqs", "sns", "dynamodb", "lambda", "logs", "iam", "sts", "secretsmanager", "ssm")
ERRORS = {
    "AccessDenied": "The bucket is another account's, or the request was not let.",
    "BucketAlreadyExists": "The name is taken by another account.",
    "BucketAlreadyOwnedByYou": "The account has this bucket already.",
    "BucketNotEmpty": "A bucket must be empty, of old versions too, before it can be deleted.",
    "EntityTooSmall": "Each part of an upload but the last has 5 MiB at least.",
    "IllegalLocationConstraintException": "The region of the new bucket does not fit to the one that was asked.",
    "InvalidAccessKeyId": "Signatures are verified here, and nobody has this access key.",
    "InvalidBucketName": "A bucket's name has 3 to 63 small letters, digits, dots and hyphens.",
    "InvalidSignatureException": "The signature is not the one of this request and secret. Is the secret right, did a proxy change the request?",
    "MethodNotAllowed": "The newest version is a delete marker, or the address has no such method.",
    "MissingAuthenticationToken": "The request was not signed.",
    "NoSuchBucket": "There is no bucket of this name. Is it the right account?",
    "NoSuchKey": "There is no object of this key.",
    "NoSuchUpload": "The upload was completed or aborted, or never begun.",
    "NotImplemented": "This operation, or this setting of it, is not there. docs/coverage lists what is.",
    "PreconditionFailed": "If-Match or If-None-Match did not hold: somebody else was first, or it is there already.",
    "RequestTimeTooSkewed": "The clock of the client is off by more than 15 minutes.",
    "ExpiredToken": "The link or the temporary credentials are no longer valid.",
    "SignatureDoesNotMatch": "The signature is not the one of this request and secret. Is the secret right, did a proxy change the request?",
    "InsufficientStorage": "The disk or the quota is full. Delete something, or give it more room.",
    "404": "There is no such bucket or object: an answer to HEAD has no body that could say which.",
}
"""What AWS's own models say nothing of: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList"""

_MARKUP = re.compile(r"<[^>]+>")


class Wanted(NamedTuple):
    """Which calls a visitor wants to see."""

    service: str
    search: str
    errors: bool
    """Only those that failed."""
    console: bool
    """Those of this console too."""
    here: bool
    """Only those of the account and region that are shown."""
    before: int
    """Only older ones than this; 0 for the newest."""

    @property
    def query(self) -> dict[str, str]:
        """As it stands in an address, but for its place."""
        said = {name: "1" if getattr(self, name) else "" for name in ("errors", "console", "here")}
        return {"search": self.search, "service": self.service, **said}

    def has(self, call: dict[str, Any], scope: Scope) -> bool:
        """Whether a call is one of them, of those that the cloud itself does not choose."""
        text = f"{call['operation']} {call['error']} {call['path']} {call['agent']}"
        return (
            (not self.before or call["seq"] < self.before)
            and (not self.here or _scope(call) == scope)
            and self.search.lower() in text.lower()
        )


def _wanted(visit: Visit) -> Wanted:
    query = visit.query
    return Wanted(
        query.text("service"),
        query.text("search").strip(),
        query.has("errors"),
        query.has("console"),
        query.has("here"),
        query.number("before", 0, 0, 2**53),
    )


def _scope(call: dict[str, Any]) -> Scope:
    return Scope(call["account"], call["region"])


async def show(visit: Visit) -> http.Response:
    """The calls, the last one first."""
    wanted, page, scope = _wanted(visit), visit.options.page, visit.cloud.scope
    is_chosen_here = wanted.search or wanted.here or wanted.before
    asked = {"service": wanted.service, "errors": wanted.errors, "console": wanted.console}
    number = KEPT if is_chosen_here else min(page + 1, KEPT)
    found = await _ask(visit.cloud, {**asked, "n": number})
    fitting = [each for each in reversed(found or []) if wanted.has(each, scope)]
    shown = fitting[:page]
    service = wanted.service
    return visit.page(
        "cloud/requests.html",
        part="rows",
        requests=None if found is None else shown,
        older=shown[-1]["seq"] if len(fitting) > page else 0,
        wanted=wanted,
        scope=scope,
        services=SERVICES if service in {"", *SERVICES} else (*SERVICES, service),
        kept=KEPT,
    )


async def detail(visit: Visit) -> http.Response:
    """One call."""
    text = visit.names["seq"]
    seq = int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else 0
    found = await _ask(visit.cloud, {"after": seq - 1, "n": 1, "console": True}) if seq else []
    if not found or found[0]["seq"] != seq:
        raise troubles.missing(
            "This call is not kept any more.",
            "The last 1,000 are, until the local AWS is started again.",
        )
    call = found[0]
    meaning = await _explained(visit.cloud, call)
    operation = _documented(call["service"], call["operation"])
    return visit.page(
        "cloud/request.html",
        call=call,
        scope=_scope(call),
        meaning=meaning,
        operation=operation,
    )


async def _ask(cloud: Cloud, wanted: dict[str, Any]) -> list[dict[str, Any]] | None:
    """The calls, in their order; None where this cloud keeps none: it is not Homeport's own."""
    said = {
        name: int(value) if isinstance(value, bool) else value for name, value in wanted.items()
    }
    reply = await cloud.ask("GET", f"{PATH}?{urllib.parse.urlencode(said)}")
    if reply.status != 200 or "json" not in reply.headers.get("Content-Type", ""):
        return None
    answer = reply.json()
    found: list[dict[str, Any]] = answer.get("requests", []) if isinstance(answer, dict) else []
    return found


async def _explained(cloud: Cloud, call: dict[str, Any]) -> str:
    """What the code of an error means: by our own words, or those of the service's model."""
    code = call["error"]
    if not code or code in ERRORS:
        return ERRORS.get(code, "")
    try:
        return await cloud.use(call["service"], lambda client: _of_model(client, code))
    except Trouble:
        # Nobody has a model of this service: its code has to do.
        return ""


def _of_model(client: Any, code: str) -> str:
    model = client.meta.service_model
    for name in model.shape_names:
        if name == code or name.endswith(("Exception", "Error", "Fault")) or code.endswith(name):
            shape = model.shape_for(name)
            if code in {name, shape.metadata.get("error", {}).get("code")}:
                text = _MARKUP.sub("", shape.documentation or "")
                return html.unescape(" ".join(text.split()))
    return ""


def _documented(service: str, operation: str) -> str:
    """Where AWS describes an operation."""
    place = {
        "s3": "AmazonS3/latest/API",
        "sqs": "AWSSimpleQueueService/latest/APIReference",
        "sns": "sns/latest/api",
        "dynamodb": "amazondynamodb/latest/APIReference",
        "lambda": "lambda/latest/api",
        "iam": "IAM/latest/APIReference",
        "sts": "STS/latest/APIReference",
        "logs": "AmazonCloudWatchLogs/latest/APIReference",
        "secretsmanager": "secretsmanager/latest/apireference",
        "ssm": "systems-manager/latest/APIReference",
    }.get(service)
    if place is None or not operation.isalnum() or operation == "InvokeFunctionUrl":
        return ""
    return f"https://docs.aws.amazon.com/{place}/API_{operation}.html"
