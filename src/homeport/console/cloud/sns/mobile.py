"""Applications of push services, their endpoints, and phones that want no text messages.

https://docs.aws.amazon.com/sns/latest/dg/sns-mobile-application-as-subscriber.html
"""

from __future__ import annotations

import asyncio
from typing import Any, NamedTuple

from homeport.console.asking.troubles import Trouble
from homeport.console.cloud.sns import topic as topics
from homeport.console.routing import Row
from homeport.console.visit import Visit
from homeport.edge import http


class Application(NamedTuple):
    """One application."""

    arn: str
    platform: str
    name: str
    is_enabled: bool


class Device(NamedTuple):
    """An application on one device."""

    arn: str
    token: str
    user_data: str
    is_enabled: bool


async def page(visit: Visit) -> http.Response:
    """`/sns/mobile`"""
    chosen, after = visit.query.text("application"), visit.query.text("after")
    applications, phones, devices = await asyncio.gather(
        _applications(visit), _phones(visit), _devices(visit, chosen, after)
    )
    return visit.page(
        "cloud/sns/mobile.html",
        applications=applications,
        phones=phones,
        chosen=chosen,
        chosen_name=topics.name_of(chosen).rpartition("/")[2],
        devices=devices[0],
        next=devices[1],
        after=after,
    )


async def _applications(visit: Visit) -> list[Application]:
    answer = await visit.cloud.call("sns", "ListPlatformApplications")
    return [
        Application(arn, *_named(arn), each.get("Attributes", {}).get("Enabled") != "false")
        for each in answer.get("PlatformApplications", [])
        for arn in (each["PlatformApplicationArn"],)
    ]


def _named(arn: str) -> tuple[str, str]:
    """Platform and name of `app/GCM/NAME`."""
    parts = [*topics.name_of(arn).split("/"), "", ""]
    return parts[1], parts[2]


async def _devices(visit: Visit, arn: str, after: str) -> tuple[list[Device], str]:
    if not arn:
        return [], ""
    token = {"NextToken": after} if after else {}
    answer = await visit.cloud.call(
        "sns", "ListEndpointsByPlatformApplication", PlatformApplicationArn=arn, **token
    )
    return [_device(each) for each in answer.get("Endpoints", [])], answer.get("NextToken") or ""


def _device(said: dict[str, Any]) -> Device:
    values = said.get("Attributes", {})
    return Device(
        said["EndpointArn"],
        values.get("Token", ""),
        values.get("CustomUserData", ""),
        values.get("Enabled") == "true",
    )


async def _phones(visit: Visit) -> list[str] | None:
    """Phones that opted out; None where the cloud does not tell."""
    try:
        answer = await visit.cloud.call("sns", "ListPhoneNumbersOptedOut")
    except Trouble:
        return None
    return list(answer.get("phoneNumbers", []))


async def opt_in(visit: Visit) -> http.Response:
    """Lets a phone get text messages again."""
    number = visit.form.needed("number", "The phone number")
    await visit.cloud.call("sns", "OptInPhoneNumber", phoneNumber=number)
    return visit.go("/sns/mobile", said=f"{number} gets text messages again.")


ROWS = (
    Row("GET", "/sns/mobile", page, "cloud"),
    Row("POST", "/sns/mobile/opt-in", opt_in, "cloud_write"),
)
