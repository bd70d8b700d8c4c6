"""Applications of push services.

https://docs.aws.amazon.com/sns/latest/api/API_CreatePlatformApplication.html. Texts: `TestSNSPlatformApplicationCrud` in LocalStack's file, see
`homeport.aws.sns.errors`.
"""

from __future__ import annotations

import re

from homeport.aws.protocol.call import Call, Params
from homeport.aws.sns import errors, limits, paging
from homeport.aws.sns.engine import arns
from homeport.aws.sns.sns import Sns
from homeport.aws.sns.store import mobile, topics
from homeport.aws.sns.store.mobile import Application
from homeport.aws.sns.store.topics import Connection

PLATFORMS = frozenset(
    {
        "ADM",
        "APNS",
        "APNS_SANDBOX",
        "APNS_VOIP",
        "APNS_VOIP_SANDBOX",
        "BAIDU",
        "FCM",
        "GCM",
        "MACOS",
    }
    | {"MACOS_SANDBOX", "MPNS", "WNS"}
)
"""https://docs.aws.amazon.com/sns/latest/dg/sns-mobile-application-as-subscriber.html"""
_NAME = re.compile(r"[A-Za-z0-9_\-.]+", re.ASCII)
_WITHOUT_PRINCIPAL = frozenset({"FCM", "GCM"})
"""https://docs.aws.amazon.com/sns/latest/api/API_CreatePlatformApplication.html"""
_SECRETS = frozenset({"PlatformCredential", "PlatformPrincipal"})
"""Kept, and never told again."""


def find(sns: Sns, call: Call, params: Params) -> Application:
    """The application that a call names."""
    parts = arns.parse(params["PlatformApplicationArn"], "PlatformApplicationArn")
    steps = parts[5].split("/")
    if len(steps) != 3 or steps[0] != "app" or parts[3] != call.region:
        raise errors.invalid(
            "PlatformApplicationArn", "Wrong number of slashes in relative portion of the ARN."
        )
    found = mobile.application(sns.db.query, (parts[4], parts[3], steps[1], steps[2]))
    if found is None:
        raise errors.NO_APPLICATION()
    return found


def _check(name: str, platform: str, attributes: dict[str, str]) -> None:
    if not name:
        raise errors.invalid(name, "cannot be empty")
    if len(name) > limits.APPLICATION_NAME_CHARACTERS:
        raise errors.invalid(
            name, f"must be at most {limits.APPLICATION_NAME_CHARACTERS} characters long"
        )
    if not _NAME.fullmatch(name):
        raise errors.invalid(
            name, "must contain only characters 'a'-'z', 'A'-'Z', '0'-'9', '_', '-', and '.'"
        )
    if platform not in PLATFORMS:
        raise errors.invalid("Platform", f"{platform} is not supported")
    _check_secrets(platform, attributes)


def _check_secrets(platform: str, attributes: dict[str, str]) -> None:
    if "PlatformPrincipal" in attributes and "PlatformCredential" not in attributes:
        raise errors.invalid(
            "Attributes", "PlatformPrincipal attribute provided without PlatformCredential"
        )
    if platform in _WITHOUT_PRINCIPAL:
        return
    if "PlatformCredential" in attributes and "PlatformPrincipal" not in attributes:
        raise errors.invalid(
            "Attributes", "PlatformCredential attribute provided without PlatformPrincipal"
        )


async def create_platform_application(sns: Sns, call: Call, params: Params) -> Params:
    """CreatePlatformApplication"""
    name, platform, attributes = params["Name"], params["Platform"], params["Attributes"]
    _check(name, platform, attributes)
    made = Application(0, call.account, call.region, platform, name, attributes)
    await sns.db.write(lambda connection: mobile.save_application(connection, made))
    return {"PlatformApplicationArn": made.arn}


async def delete_platform_application(sns: Sns, call: Call, params: Params) -> Params:
    """DeletePlatformApplication; one that is not there is not missed."""
    parts = arns.parse(params["PlatformApplicationArn"], "PlatformApplicationArn")
    steps = parts[5].split("/")
    key = (parts[4], call.region, steps[1], steps[2]) if len(steps) == 3 else None
    found = mobile.application(sns.db.query, key) if key is not None else None
    if found is not None:
        await sns.db.write(lambda connection: mobile.delete_application(connection, found.id))
    return {}


def get_platform_application_attributes(sns: Sns, call: Call, params: Params) -> Params:
    """GetPlatformApplicationAttributes"""
    return {"Attributes": _told(find(sns, call, params))}


def _told(application: Application) -> dict[str, str]:
    every = {"Enabled": "true", **application.settings}
    return {name: value for name, value in every.items() if name not in _SECRETS}


async def set_platform_application_attributes(sns: Sns, call: Call, params: Params) -> Params:
    """SetPlatformApplicationAttributes"""
    found = find(sns, call, params)
    attributes: dict[str, str] = params["Attributes"]
    _check_secrets(found.platform, attributes)

    def work(connection: Connection) -> None:
        before = mobile.application(topics.reader(connection), found.key)
        if before is None:
            raise errors.NO_APPLICATION()
        after = before._replace(settings=before.settings | attributes)
        mobile.save_application(connection, after)

    await sns.db.write(work)
    return {}


def list_platform_applications(sns: Sns, call: Call, params: Params) -> Params:
    """ListPlatformApplications"""
    rows = mobile.applications(
        sns.db.query, call.account, call.region, paging.after(params), limits.PAGE + 1
    )
    found, has_more = paging.cut(rows)
    return {
        "PlatformApplications": [
            {"PlatformApplicationArn": one.arn, "Attributes": _told(one)} for one in found
        ],
        "NextToken": paging.token(found[-1].id) if has_more else None,
    }
