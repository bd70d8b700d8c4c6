"""Events in the background: how often they are tried, where their results go, and how many run at once.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-async.html
"""

from __future__ import annotations

from typing import Any

from homeport.console.cloud.lambda_ import function as its
from homeport.console.routing import Row
from homeport.console.visit import Fields, Visit
from homeport.edge import http


async def show(visit: Visit) -> http.Response:
    """The settings of its events."""
    function = await its.find(visit)

    def work(client: Any) -> dict[str, Any]:
        try:
            answer: dict[str, Any] = client.get_function_event_invoke_config(
                FunctionName=function.name
            )
        except client.exceptions.ResourceNotFoundException:
            return {}
        return answer

    said = await visit.cloud.use("lambda", work)
    to = said.get("DestinationConfig", {})
    return visit.page(
        "cloud/lambda/events.html",
        **its.frame(function, "Events out"),
        is_set=bool(said),
        retries=said.get("MaximumRetryAttempts", 2),
        age=said.get("MaximumEventAgeInSeconds", 21_600),
        success=to.get("OnSuccess", {}).get("Destination", ""),
        failure=to.get("OnFailure", {}).get("Destination", ""),
        dead=function.said.get("DeadLetterConfig", {}).get("TargetArn", ""),
    )


async def save(visit: Visit) -> http.Response:
    """Changes them, or goes back to what all functions have."""
    function = await its.find(visit)
    if visit.form.has("reset"):
        await visit.cloud.call(
            "lambda", "DeleteFunctionEventInvokeConfig", FunctionName=function.name
        )
        return visit.go(f"{function.path}/events", said="The settings of events were reset.")
    await visit.cloud.call(
        "lambda",
        "PutFunctionEventInvokeConfig",
        FunctionName=function.name,
        **definition(visit.form),
    )
    return visit.go(f"{function.path}/events", said="The settings of events were changed.")


def definition(form: Fields) -> dict[str, Any]:
    """The members of PutFunctionEventInvokeConfig."""
    wanted: dict[str, Any] = {
        "MaximumRetryAttempts": form.number("retries", 2, 0, 2),
        "MaximumEventAgeInSeconds": form.number("age", 21_600, 60, 21_600),
    }
    to = {
        name: {"Destination": form.text(field).strip()}
        for name, field in (("OnSuccess", "success"), ("OnFailure", "failure"))
        if form.text(field).strip()
    }
    if to:
        wanted["DestinationConfig"] = to
    return wanted


async def reserve(visit: Visit) -> http.Response:
    """How many run at once: a number that is kept for this function, or none."""
    function = await its.find(visit)
    if not visit.form.text("reserved").strip():
        await visit.cloud.call("lambda", "DeleteFunctionConcurrency", FunctionName=function.name)
        return visit.go(f"{function.path}/events", said="No concurrency is reserved any more.")
    number = visit.form.number("reserved", 0, 0, 10**6)
    await visit.cloud.call(
        "lambda",
        "PutFunctionConcurrency",
        FunctionName=function.name,
        ReservedConcurrentExecutions=number,
    )
    return visit.go(f"{function.path}/events", said=f"{number} run at once at most.")


ROWS = (
    Row("GET", "/lambda/functions/{function}/events", show, "cloud"),
    Row("POST", "/lambda/functions/{function}/events", save, "cloud_write"),
    Row("POST", "/lambda/functions/{function}/concurrency", reserve, "cloud_write"),
)
