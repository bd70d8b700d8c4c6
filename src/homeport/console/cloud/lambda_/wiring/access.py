"""Who may call a function: its URL, and the statements of its policy.

https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html
"""

from __future__ import annotations

import json
from typing import Any

from homeport.console.cloud.lambda_ import function as its
from homeport.console.routing import Row
from homeport.console.visit import Visit
from homeport.edge import http

AUTHS = ("NONE", "AWS_IAM")


async def show(visit: Visit) -> http.Response:
    """Its URL and its policy."""
    function = await its.find(visit)

    def work(client: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        url = _or_nothing(client, client.get_function_url_config, function.name)
        policy = _or_nothing(client, client.get_policy, function.name)
        return url, json.loads(policy["Policy"]) if policy else {}

    url, policy = await visit.cloud.use("lambda", work)
    return visit.page(
        "cloud/lambda/access.html",
        **its.frame(function, "Access"),
        url=url,
        address=_public(visit, url.get("FunctionUrl", "")),
        made=its.moment(url.get("CreationTime", "")),
        statements=policy.get("Statement", []),
        policy=json.dumps(policy, indent=2) if policy else "",
    )


def _or_nothing(client: Any, ask: Any, name: str) -> dict[str, Any]:
    try:
        answer: dict[str, Any] = ask(FunctionName=name)
    except client.exceptions.ResourceNotFoundException:
        return {}
    return answer


def _public(visit: Visit, url: str) -> str:
    """The URL under the name by which people reach the cloud: the one that it gives names the host that the console called."""
    public = visit.cloud.public_url
    if not url or not public or ".lambda-url." not in url:
        return url
    scheme, _, host = public.partition("://")
    label, _, rest = url.partition("://")[2].partition(".lambda-url.")
    region = rest.partition(".")[0]
    return f"{scheme}://{label}.lambda-url.{region}.{host.rstrip('/')}/"


async def open_url(visit: Visit) -> http.Response:
    """Gives it a URL."""
    function = await its.find(visit)
    auth = visit.form.choice("auth", AUTHS, "NONE")
    await visit.cloud.call(
        "lambda", "CreateFunctionUrlConfig", FunctionName=function.name, AuthType=auth
    )
    return visit.go(f"{function.path}/access", said="The function has a URL.")


async def close_url(visit: Visit) -> http.Response:
    """Takes it away."""
    function = await its.find(visit)
    await visit.cloud.call("lambda", "DeleteFunctionUrlConfig", FunctionName=function.name)
    return visit.go(f"{function.path}/access", said="The URL was taken away.")


async def allow(visit: Visit) -> http.Response:
    """Adds a statement."""
    function = await its.find(visit)
    form = visit.form
    request = {
        "StatementId": form.needed("sid", "The id of the statement"),
        "Action": form.text("action").strip() or "lambda:InvokeFunction",
        "Principal": form.needed("principal", "Who may call it"),
    }
    source = form.text("source").strip()
    if source:
        request["SourceArn"] = source
    await visit.cloud.call("lambda", "AddPermission", FunctionName=function.name, **request)
    return visit.go(
        f"{function.path}/access", said=f"The statement {request['StatementId']} was added."
    )


async def forbid(visit: Visit) -> http.Response:
    """Takes a statement away."""
    function = await its.find(visit)
    sid = visit.form.needed("sid", "The statement")
    await visit.cloud.call(
        "lambda", "RemovePermission", FunctionName=function.name, StatementId=sid
    )
    return visit.go(f"{function.path}/access", said=f"The statement {sid} was taken away.")


ROWS = (
    Row("GET", "/lambda/functions/{function}/access", show, "cloud"),
    Row("POST", "/lambda/functions/{function}/url", open_url, "cloud_write"),
    Row("POST", "/lambda/functions/{function}/url/remove", close_url, "cloud_write"),
    Row("POST", "/lambda/functions/{function}/policy", allow, "cloud_write"),
    Row("POST", "/lambda/functions/{function}/policy/remove", forbid, "cloud_write"),
)
