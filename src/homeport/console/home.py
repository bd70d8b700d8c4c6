"""The start page. Each of its parts asks one back end, and comes by itself: one that is away leaves the others alone."""

from __future__ import annotations

from homeport.console.routing import Row
from homeport.console.visit import Visit
from homeport.edge import http
from homeport.stack import settings

EVENTS = 6
"""What happened last, as far as one looks."""
LOOKED_THROUGH = 100
"""Among them are blobs, which nobody pushes for their own sake."""
TITLES = {"s3": "S3", "sqs": "SQS", "sns": "SNS", "dynamodb": "DynamoDB", "lambda": "Lambda"}
"""The services that have pages, as people write them; a page is where its name says."""


async def show(visit: Visit) -> http.Response:
    """What there is here, and where it goes on."""
    return visit.page("home/home.html")


async def registry(visit: Visit) -> http.Response:
    """How much there is, and what happened last."""
    found = await visit.registry.get("catalog", {"n": 1})
    recent = await visit.registry.get("events", {"n": LOOKED_THROUGH})
    events = [each for each in reversed(recent["events"]) if each["kind"] != "blob"][:EVENTS]
    return visit.page("home/registry.html", totals=found["totals"], events=events)


async def cloud(visit: Visit) -> http.Response:
    """Which services answer."""
    health = (await visit.cloud.ask("GET", "/_localstack/health")).json()
    states = health["services"]
    wanted = {name: states[name] for name in settings.SERVICES if name in states}
    return visit.page("home/cloud.html", states=wanted, titles=TITLES)


async def stack(visit: Visit) -> http.Response:
    """What runs."""
    return visit.page("home/stack.html", components=await visit.stack.components())


ROWS = (
    Row("GET", "/", show),
    Row("GET", "/home/registry", registry),
    Row("GET", "/home/cloud", cloud, "cloud"),
    Row("GET", "/home/stack", stack),
)
