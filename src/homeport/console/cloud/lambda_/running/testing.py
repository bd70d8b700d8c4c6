"""Test events, and functions invoked with them.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-sync.html
"""

from __future__ import annotations

from typing import Any

from homeport.console.asking.troubles import Trouble
from homeport.console.asking.wire import READ_S
from homeport.console.cloud.lambda_ import function as its
from homeport.console.cloud.lambda_.function import Function
from homeport.console.cloud.lambda_.running import events, results
from homeport.console.cloud.lambda_.running.results import Result
from homeport.console.rendering import filters
from homeport.console.routing import Row
from homeport.console.visit import Visit
from homeport.edge import http

MODES = {
    "RequestResponse": "and wait for its result",
    "Event": "in the background",
    "DryRun": "only ask whether it could run",
}
_ALIASES = 50


async def show(visit: Visit) -> http.Response:
    """The form, with a saved event or a sample in it."""
    sample, name = visit.query.text("sample"), visit.query.text("event")
    kept = events.saved(visit.who)
    if name in kept:
        event = kept[name]
    else:
        name, event = "", events.text(sample if sample in events.SAMPLES else "hello")
    return await _page(visit, await its.find(visit), event=event, name=name)


async def _page(
    visit: Visit,
    function: Function,
    *,
    event: str,
    name: str = "",
    result: Result | None = None,
    wrong: Trouble | None = None,
) -> http.Response:
    sample = visit.query.choice("sample", list(events.SAMPLES), "hello")
    answer = await visit.cloud.call(
        "lambda", "ListAliases", FunctionName=function.name, MaxItems=_ALIASES
    )
    return visit.page(
        "cloud/lambda/test.html",
        status=wrong.status if wrong else 200,
        **its.frame(function, "Test"),
        event=event,
        name=name,
        saved=sorted(events.saved(visit.who)),
        samples=events.SAMPLES,
        sample=sample,
        modes=list(MODES.items()),
        mode=visit.form.choice("mode", list(MODES), "RequestResponse"),
        qualifiers=["$LATEST", *(each["Name"] for each in answer["Aliases"])],
        qualifier=visit.form.text("qualifier") or "$LATEST",
        result=result,
        wrong=wrong,
        patience=int(READ_S),
    )


async def invoke(visit: Visit) -> http.Response:
    """Calls the function, and shows what came of it."""
    function = await its.find(visit)
    event, name = visit.form.text("payload"), visit.form.text("event")
    try:
        payload = events.checked(event)
        mode = visit.form.choice("mode", list(MODES), "RequestResponse")
        result = await _invoke(visit, function, mode, payload)
    except Trouble as trouble:
        return await _page(
            visit, function, event=event, name=name, wrong=_helped(trouble, function)
        )
    return await _page(visit, function, event=event, name=name, result=result)


async def _invoke(visit: Visit, function: Function, mode: str, payload: bytes) -> Result:
    request: dict[str, Any] = {
        "FunctionName": function.name,
        "InvocationType": mode,
        "Payload": payload,
    }
    if mode == "RequestResponse":
        request["LogType"] = "Tail"
    qualifier = visit.form.text("qualifier")
    if qualifier and qualifier != "$LATEST":
        request["Qualifier"] = qualifier

    def work(client: Any) -> dict[str, Any]:
        answer: dict[str, Any] = client.invoke(**request)
        answer["Payload"] = answer["Payload"].read()
        return answer

    return results.read(await visit.cloud.use("lambda", work))


def _helped(trouble: Trouble, function: Function) -> Trouble:
    """What to do where the cloud's own sentence leaves that open."""
    timeout = int(function.said.get("Timeout", 3))
    if trouble.status == 502 and "ReadTimeoutError" in trouble.what:
        return Trouble(
            f"{function.name} has not answered in {READ_S:.0f} seconds; it may run for {timeout}.",
            hint="It may still be running: its lines are under Logs. Invoke it in the background instead.",
            status=504,
        )
    if "InvalidRuntimeException" in trouble.hint:
        return Trouble(
            trouble.what,
            hint="Install it where the local AWS runs, or choose another runtime under Settings.",
            status=trouble.status,
        )
    return trouble


async def save(visit: Visit) -> http.Response:
    """Keeps an event for as long as this login lasts, or forgets one."""
    function = await its.find(visit)
    name = visit.form.needed("name", "A name")
    if visit.form.has("remove"):
        events.remove(visit.who, name)
        return visit.go(f"{function.path}/test", said=f"The event {name} was removed.")
    event = visit.form.text("payload")
    try:
        events.checked(event)
        events.save(visit.who, name, event)
    except Trouble as trouble:
        return await _page(visit, function, event=event, name=name, wrong=trouble)
    address = filters.with_query(f"{function.path}/test", event=name)
    return visit.go(address, said=f"The event {name} is kept until you log out.")


ROWS = (
    Row("GET", "/lambda/functions/{function}/test", show, "cloud"),
    Row("POST", "/lambda/functions/{function}/test", invoke, "cloud_write"),
    Row("POST", "/lambda/functions/{function}/test/events", save, "cloud"),
)
