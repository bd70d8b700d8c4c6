"""Endpoints: applications on devices.

https://docs.aws.amazon.com/sns/latest/api/API_CreatePlatformEndpoint.html. Texts: `TestSNSPlatformEndpointCrud` in LocalStack's file, see
`homeport.aws.sns.errors`.
"""

from __future__ import annotations

from homeport.aws.protocol.call import AwsError, Call, Params
from homeport.aws.sns import errors, limits, paging
from homeport.aws.sns.engine import arns
from homeport.aws.sns.mobile import applications
from homeport.aws.sns.sns import Sns
from homeport.aws.sns.store import mobile, topics
from homeport.aws.sns.store.mobile import Endpoint
from homeport.aws.sns.store.topics import Connection

_SETTABLE = ("CustomUserData", "Enabled", "Token")


def find(sns: Sns, parts: list[str]) -> Endpoint | None:
    """The endpoint that the elements of an ARN name."""
    steps = parts[5].split("/")
    found = mobile.endpoint(sns.db.query, steps[-1]) if steps[-1].isascii() else None
    return found if found is not None and found.arn == ":".join(parts) else None


def _endpoint(sns: Sns, call: Call, params: Params) -> Endpoint:
    parts = arns.parse(params["EndpointArn"], "EndpointArn")
    if parts[5].count("/") != 3 or parts[3] != call.region:
        raise errors.invalid(
            "EndpointArn", "Wrong number of slashes in relative portion of the ARN."
        )
    found = find(sns, parts)
    if found is None:
        raise errors.NO_ENDPOINT()
    return found


def _checked(attributes: dict[str, str]) -> dict[str, str]:
    for name, value in attributes.items():
        if name not in _SETTABLE:
            raise errors.invalid("Attributes", f"Invalid attribute name: {name}")
        if name == "CustomUserData" and len(value.encode()) > limits.USER_DATA_BYTES:
            raise errors.invalid(
                "Attributes",
                f"Invalid value for attribute: {name}: must be at most {limits.USER_DATA_BYTES} bytes long in UTF-8 encoding",
            )
        if name == "Enabled" and value.lower() not in ("true", "false"):
            raise errors.invalid("Attributes", f"Invalid value for attribute: {name}")
    return {
        name: value.lower() if name == "Enabled" else value for name, value in attributes.items()
    }


async def create_platform_endpoint(sns: Sns, call: Call, params: Params) -> Params:
    """CreatePlatformEndpoint. Again for the same device it answers the endpoint that is there."""
    application = applications.find(sns, call, params)
    settings = _checked(params.get("Attributes") or {})
    token = settings.pop("Token", params["Token"])
    if params.get("CustomUserData"):
        settings.setdefault("CustomUserData", params["CustomUserData"])
    settings = _checked(settings)
    if not token:
        raise errors.invalid("Token", "cannot be empty")
    new = Endpoint(0, sns.ids(), token, settings, application)
    made = await sns.db.write(lambda connection: _insert(connection, new))
    return {"EndpointArn": made.arn}


def _insert(connection: Connection, new: Endpoint) -> Endpoint:
    query, application = topics.reader(connection), new.application
    if mobile.application(query, application.key) is None:
        raise errors.NO_APPLICATION()
    existing = mobile.endpoint_of_token(query, application.id, new.token)
    if existing is None:
        mobile.insert_endpoint(connection, new)
        return new
    if existing.attributes != new.attributes:
        raise _taken(existing)
    return existing


def _taken(existing: Endpoint) -> AwsError:
    return errors.invalid(
        "Token",
        f"Endpoint {existing.arn} already exists with the same Token, but different attributes.",
    )


async def delete_endpoint(sns: Sns, call: Call, params: Params) -> Params:
    """DeleteEndpoint; one that is not there is not missed."""
    parts = arns.parse(params["EndpointArn"], "EndpointArn")
    found = find(sns, parts) if parts[3] == call.region else None
    if found is not None:
        await sns.db.write(lambda connection: mobile.delete_endpoint(connection, found.uuid))
    return {}


def get_endpoint_attributes(sns: Sns, call: Call, params: Params) -> Params:
    """GetEndpointAttributes"""
    return {"Attributes": _endpoint(sns, call, params).attributes}


async def set_endpoint_attributes(sns: Sns, call: Call, params: Params) -> Params:
    """SetEndpointAttributes"""
    found = _endpoint(sns, call, params)
    changes = _checked(params["Attributes"])
    token = changes.pop("Token", None)

    def work(connection: Connection) -> None:
        query = topics.reader(connection)
        before = mobile.endpoint(query, found.uuid)
        if before is None:
            raise errors.NO_ENDPOINT()
        after = before._replace(token=token or before.token, settings=before.settings | changes)
        other = mobile.endpoint_of_token(query, before.application.id, after.token)
        if other is not None and other.id != before.id:
            # Recorded nowhere: as where a second endpoint is made.
            raise _taken(other)
        mobile.save_endpoint(connection, after)

    await sns.db.write(work)
    return {}


def list_endpoints_by_platform_application(sns: Sns, call: Call, params: Params) -> Params:
    """ListEndpointsByPlatformApplication"""
    application = applications.find(sns, call, params)
    rows = mobile.endpoints(sns.db.query, application.id, paging.after(params), limits.PAGE + 1)
    found, has_more = paging.cut(rows)
    return {
        "Endpoints": [{"EndpointArn": one.arn, "Attributes": one.attributes} for one in found],
        "NextToken": paging.token(found[-1].id) if has_more else None,
    }
