"""What is not an operation: the certificate of signatures, and the messages that are kept instead of being sent.

The paths and their forms are LocalStack's, so that tests made for it work: https://docs.localstack.cloud/aws/services/sns/. Mails are ours.
No bucket can begin with an underscore.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote

from homeport.aws.sns.signing.key import PATH as CERTIFICATE
from homeport.aws.sns.sns import Sns
from homeport.aws.sns.store import mobile, notes, subscriptions
from homeport.aws.sns.store.notes import Note
from homeport.edge import http

PREFIX = "/_aws/sns/"
TOKENS = f"{PREFIX}subscription-tokens/"
OPT_OUTS = f"{PREFIX}phone-opt-outs"
ACCOUNT, REGION = "000000000000", "us-east-1"
"""Where nothing else is asked for."""
BODY_LIMIT = 4_096

Answer = http.Response | Awaitable[http.Response]


class Page(NamedTuple):
    """Messages of a kind."""

    kind: str
    name: str
    filter: str
    """The parameter that asks for one receiver."""
    form: Callable[[Note], dict[str, Any]]


def answer(sns: Sns, request: http.Request) -> Answer | None:
    """The page of a path; None where it is none of ours."""
    if not request.path.startswith(PREFIX):
        return None
    if request.path == OPT_OUTS:
        return _opt_out(sns, request) if request.method == "POST" else _only("POST")
    page = _PAGES.get(request.path)
    if page is not None and request.method == "DELETE":
        return _clear(sns, page, _parameters(request))
    if request.method not in ("GET", "HEAD"):
        return _only("GET, HEAD" if page is None else "GET, HEAD, DELETE")
    if page is not None:
        return _read(sns, page, _parameters(request))
    if request.path.startswith(TOKENS):
        return _token(sns, unquote(request.path.removeprefix(TOKENS)))
    if request.path == sns.signing.path and request.path.startswith(CERTIFICATE):
        return http.Response(
            200, [("Content-Type", "application/x-pem-file")], sns.signing.certificate()
        )
    return http.Response(404)


def _only(methods: str) -> http.Response:
    return http.Response(405, [("Allow", methods)])


def _json(document: dict[str, Any], status: int = 200) -> http.Response:
    body = json.dumps(document, ensure_ascii=False).encode("utf-8", "replace")
    return http.Response(status, [("Content-Type", "application/json")], body)


def _parameters(request: http.Request) -> dict[str, str]:
    """What is asked for; the ARN of an endpoint names its account and region."""
    said = {"accountId": ACCOUNT, "region": REGION, **dict(parse_qsl(request.query))}
    parts = said.get("endpointArn", "").split(":")
    if len(parts) > 4:
        said |= {"region": parts[3], "accountId": parts[4]}
    return said


def _read(sns: Sns, page: Page, said: dict[str, str]) -> http.Response:
    by_receiver: dict[str, list[dict[str, Any]]] = {}
    for note in notes.read(sns.db.query, page.kind, said["accountId"], said["region"]):
        if said.get(page.filter, note.receiver) == note.receiver:
            by_receiver.setdefault(note.receiver, []).append(page.form(note))
    return _json({page.name: by_receiver, "region": said["region"]})


async def _clear(sns: Sns, page: Page, said: dict[str, str]) -> http.Response:
    account, region, receiver = said["accountId"], said["region"], said.get(page.filter)
    await sns.db.write(
        lambda connection: notes.clear(connection, page.kind, account, region, receiver)
    )
    return http.Response(204)


def _token(sns: Sns, arn: str) -> http.Response:
    """The token of a subscription, for tests that have no mailbox."""
    found = subscriptions.by_uuid(sns.db.query, arn.rpartition(":")[2]) if arn.isascii() else None
    if found is None or found.arn != arn or found.token is None:
        said = {"error": "The provided SubscriptionARN is not found", "subscription_arn": arn}
        return _json(said, 404)
    return _json({"subscription_token": found.token, "subscription_arn": arn})


async def _opt_out(sns: Sns, request: http.Request) -> http.Response:
    """Lets a phone want no messages any more, as its owner would by an answer of STOP."""
    try:
        said = json.loads(await request.body.read(BODY_LIMIT))
        number, account = said["phoneNumber"], said.get("accountId", ACCOUNT)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return http.Response(400)
    if not isinstance(number, str) or not isinstance(account, str) or len(number) > 16:
        return http.Response(400)
    await sns.db.write(
        lambda connection: mobile.save_phone(
            connection, mobile.OPTED_OUT, account, REGION, number, ""
        )
    )
    return http.Response(200)


def _sms_form(note: Note) -> dict[str, Any]:
    kept = note.document
    return {
        "PhoneNumber": note.receiver,
        "TopicArn": kept.get("TopicArn"),
        "SubscriptionArn": kept.get("SubscriptionArn"),
        "MessageId": kept["MessageId"],
        "Message": kept["Message"],
        "MessageAttributes": kept["MessageAttributes"],
        "MessageStructure": None,
        "Subject": kept["Subject"],
    }


def _application_form(note: Note) -> dict[str, Any]:
    return {**note.document, "TargetArn": note.receiver}


def _mail_form(note: Note) -> dict[str, Any]:
    return note.document


_PAGES = {
    f"{PREFIX}sms-messages": Page(notes.SMS, "sms_messages", "phoneNumber", _sms_form),
    f"{PREFIX}platform-endpoint-messages": Page(
        notes.APPLICATION, "platform_endpoint_messages", "endpointArn", _application_form
    ),
    f"{PREFIX}email-messages": Page(notes.MAIL, "email_messages", "email", _mail_form),
}
