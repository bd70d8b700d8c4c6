"""What a page that looks at queues is asked for: by parameters, by its path, or as any client of SQS asks for messages."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from homeport.aws.protocol import codecs, model
from homeport.aws.protocol.call import AwsError, ErrorKind
from homeport.aws.protocol.codec import Codec
from homeport.aws.protocol.model import OperationModel
from homeport.aws.signing import credential
from homeport.aws.sqs import errors
from homeport.aws.sqs.engine import watching
from homeport.aws.sqs.engine.redrive import Address
from homeport.aws.sqs.engine.watching import Place
from homeport.edge import http

LIMIT = 1_000
"""Messages of one answer, and where nothing else is asked for. LocalStack has no limit, and no queue of a test has as many."""
BYTES = 16 * 2**20
"""Characters of all bodies of one answer: as much as 16 of the largest messages."""
BODY_LIMIT = 64 * 1024
"""Of what a client of SQS sends to ask for messages."""
TRUE = frozenset({"true", "1"})
ADDRESS = ErrorKind(
    "InvalidAddress",
    404,
    "The address https://queue.amazonaws.com/ is not valid for this endpoint.",
)
ONLY_RECEIVE = ErrorKind("InvalidRequest", 400, "This endpoint only accepts ReceiveMessage calls")
_PATH = re.compile(r"/(?:(?:queue/)?([a-z0-9-]{1,32})/)?([0-9]{12})/([^/]+)", re.ASCII)
_HOST = re.compile(r"(?:sqs\.([a-z0-9-]+)|([a-z0-9-]+)\.queue)\.", re.ASCII)
"""Hosts that name a region: https://docs.localstack.cloud/aws/services/sqs/#queue-urls"""


class Wanted(NamedTuple):
    """Which messages of which queue, and how many."""

    address: Address
    after: Place = watching.START
    limit: int = LIMIT
    bytes_limit: int = BYTES
    has_invisible: bool = False
    has_delayed: bool = False
    has_details: bool = False


class Spoken(NamedTuple):
    """A protocol, and how it knows the operation that gives out messages."""

    codec: Codec
    receive: OperationModel


def spoken_by(request: http.Request) -> Spoken:
    """What the answer is written in: JSON for clients that speak it, else the older query protocol."""
    return _spoken("json" if "x-amz-json" in request.headers.get("content-type", "") else "query")


@cache
def _spoken(protocol: str) -> Spoken:
    service = model.load("sqs").for_protocol(protocol)
    return Spoken(codecs.PROTOCOLS[protocol](service), service.operations["ReceiveMessage"])


async def wanted(request: http.Request, below: str) -> Wanted:
    """Reads a request for messages; `below` is what its path has behind the page. Raises AwsError."""
    said = credential.parameters(request.query)
    if request.method == "POST":
        said |= await _sent(request)
    address = in_path(below) if below else in_url(request, said.get("QueueUrl", ""))
    return Wanted(
        address,
        _after(said.get("After", "")),
        _number(said, "Limit", LIMIT),
        _number(said, "MaxBytes", BYTES),
        said.get("ShowInvisible", "").lower() in TRUE,
        said.get("ShowDelayed", "").lower() in TRUE,
        said.get("ShowDetails", "").lower() in TRUE,
    )


async def _sent(request: http.Request) -> dict[str, str]:
    """The parameters of a client that calls `ReceiveMessage` here; how many it asks for does not count, as with LocalStack."""
    body = await request.body.read(BODY_LIMIT)
    codec = spoken_by(request).codec
    kind = request.headers.get("content-type", "")
    if "x-amz-" in kind or b"Action=" in body:
        match = codec.match(request, "/", body)
        if match.operation.name != "ReceiveMessage":
            raise ONLY_RECEIVE()
        return {"QueueUrl": codec.parse(match, request, body).get("QueueUrl", "")}
    return credential.parameters(body.decode(errors="replace"))


def in_path(below: str) -> Address:
    """The queue of `REGION/ACCOUNT/QUEUE`."""
    parts = [unquote(part) for part in below.split("/")]
    if len(parts) != 3:
        raise errors.QUEUE_DOES_NOT_EXIST()
    region, account, name = parts
    return Address(account, region, name)


def in_url(request: http.Request, url: str) -> Address:
    """The queue of a `QueueUrl`; where the URL names no region, that of the request's credential."""
    if not url:
        raise errors.QUEUE_DOES_NOT_EXIST()
    try:
        parts = urlsplit(url)
        region = credential.of(request).region
    except (ValueError, credential.Malformed) as error:
        raise ADDRESS() from error
    found, host = _PATH.fullmatch(parts.path), _HOST.match(parts.netloc)
    if found is None:
        raise ADDRESS()
    named = found[1] or (host and (host[1] or host[2]))
    return Address(found[2], named or region, unquote(found[3]))


def _after(text: str) -> Place:
    place = watching.place(text) if text else watching.START
    if place is None:
        raise errors.invalid_value(text[:64], "After", "It must be what an answer gave.")
    return place


def _number(said: dict[str, str], name: str, most: int) -> int:
    text = said.get(name, "")
    if not text:
        return most
    if not (text.isascii() and text.isdigit() and len(text) < 10 and 1 <= int(text) <= most):
        raise errors.invalid_value(text[:64], name, f"Must be between 1 and {most}.")
    return int(text)


def refused(request: http.Request, error: AwsError, request_id: str) -> http.Response:
    """The answer that carries an error, in the protocol that the request speaks."""
    return spoken_by(request).codec.error(None, error, request_id)
