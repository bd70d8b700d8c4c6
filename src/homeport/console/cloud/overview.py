"""The local AWS at a glance: which services answer, what is there, how programs reach it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from homeport.console.asking import scope as scopes
from homeport.console.asking.cloud import Cloud
from homeport.console.asking.scope import ACCOUNT, Scope
from homeport.console.asking.troubles import Trouble, Unreachable
from homeport.console.visit import Visit
from homeport.edge import http

OWN, LOCALSTACK = "/_homeport/health", "/_localstack/health"
SCOPES = "/_homeport/scopes"
PLACES = 50
"""Accounts and regions that are shown at most."""
ANSWERS = frozenset({"running", "available"})
"""States in which a service answers; one that is available is opened by its first request.
https://docs.localstack.cloud/aws/capabilities/networking/internal-endpoints/"""


class Kind(NamedTuple):
    """How what a service has is counted: one question, so up to a page of it."""

    href: str
    title: str
    noun: str
    operation: str
    member: str
    most: int
    """Where there are so many, there may be more."""
    asked: Mapping[str, Any]


KINDS: Mapping[str, Kind] = {
    "s3": Kind("/s3", "S3", "bucket", "ListBuckets", "Buckets", 1000, {"MaxBuckets": 1000}),
    "sqs": Kind("/sqs", "SQS", "queue", "ListQueues", "QueueUrls", 1000, {"MaxResults": 1000}),
    "sns": Kind("/sns", "SNS", "topic", "ListTopics", "Topics", 100, {}),
    "dynamodb": Kind("/dynamodb", "DynamoDB", "table", "ListTables", "TableNames", 100, {}),
    "lambda": Kind("/lambda", "Lambda", "function", "ListFunctions", "Functions", 50, {}),
}
"""Services that have pages of their own. The largest pages of AWS: https://docs.aws.amazon.com/sns/latest/api/API_ListTopics.html,
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListTables.html,
https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html"""
TITLES = {
    "iam": "IAM",
    "logs": "Logs",
    "secretsmanager": "Secrets Manager",
    "ssm": "SSM Parameter Store",
    "sts": "STS",
    "dynamodbstreams": "DynamoDB Streams",
}


class Service(NamedTuple):
    """A row of the page."""

    name: str
    title: str
    state: str
    kind: Kind | None
    number: int | None = None
    """None where nothing was counted."""
    wrong: str = ""


class Place(NamedTuple):
    """An account and region in which there is anything."""

    scope: Scope
    counts: dict[str, int]
    """By service."""


class Health(NamedTuple):
    """What the cloud says of itself."""

    is_own: bool
    """Whether it is Homeport's; else it is LocalStack, or something that answers like it."""
    version: str
    edition: str
    states: dict[str, str]


async def show(visit: Visit) -> http.Response:
    """The page; where another account or region is asked for, the way to theirs."""
    cloud = visit.cloud
    if visit.query.has("account") or visit.query.has("region"):
        return _elsewhere(visit)
    found = await health(cloud)
    services, regions, (places, is_cut) = await asyncio.gather(
        _services(cloud, found), cloud.regions(), _places(cloud, found)
    )
    return visit.page(
        "cloud/overview.html",
        health=found,
        services=services,
        scope=cloud.scope,
        regions=regions,
        places=places,
        is_cut=is_cut,
        most=PLACES,
        kinds=KINDS,
        url=cloud.public_url,
        key="test" if cloud.scope.account == ACCOUNT else cloud.scope.account,
    )


async def _places(cloud: Cloud, found: Health) -> tuple[list[Place], bool]:
    """Where there is anything, and whether there is more; nothing where this cloud does not tell."""
    if not found.is_own:
        return [], False
    reply = await cloud.ask("GET", SCOPES)
    if reply.status != 200:
        return [], False
    said = reply.json()
    read = ((scopes.read(each["account"], each["region"]), each) for each in said["scopes"])
    # A region of digits alone can be made, and no client of AWS can ask for it.
    places = [Place(scope, each["counts"]) for scope, each in read if scope is not None]
    return places, bool(said.get("is_truncated"))


def _elsewhere(visit: Visit) -> http.Response:
    account, region = visit.cloud.scope
    wanted = visit.query.text("account", account).strip(), visit.query.text("region", region)
    scope = scopes.read(*wanted)
    if scope is None:
        raise Trouble(
            f"There is no account {wanted[0]!r} with a region {wanted[1]!r}.",
            hint="An account has 12 digits, a region is called like eu-west-1.",
        )
    return visit.go(f"{scope.path}/cloud")


async def health(cloud: Cloud) -> Health:
    """Which services answer. Raises `Trouble` where nothing that answers is a local AWS."""
    reply = await cloud.ask("GET", OWN)
    is_own = reply.status == 200
    if not is_own:
        reply = await cloud.ask("GET", LOCALSTACK)
    try:
        said = json.loads(reply.body)
        states = {str(name): str(state) for name, state in said["services"].items()}
        return Health(is_own, str(said.get("version", "")), str(said.get("edition", "")), states)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Unreachable(
            "What answers at the address of the local AWS does not say which services it has.",
            hint="Is ui.cloud_url right? It may be Homeport's cloud or LocalStack.",
        ) from error


async def _services(cloud: Cloud, found: Health) -> list[Service]:
    """Those with pages first, in the order of the menu; of the others, those that answer."""
    own = [
        _counted(cloud, name, kind, found.states.get(name, "absent"))
        for name, kind in KINDS.items()
    ]
    others = [
        Service(name, TITLES.get(name, name), state, None)
        for name, state in sorted(found.states.items())
        if name not in KINDS and (found.is_own or state == "running")
    ]
    return [*await asyncio.gather(*own), *others]


async def _counted(cloud: Cloud, name: str, kind: Kind, state: str) -> Service:
    service = Service(name, kind.title, state, kind)
    if state not in ANSWERS:
        return service
    try:
        answer = await cloud.call(name, kind.operation, **kind.asked)
    except Unreachable:
        raise
    except Trouble as trouble:
        return service._replace(wrong=trouble.what)
    return service._replace(number=len(answer.get(kind.member, [])))
