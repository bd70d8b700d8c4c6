"""Test events, invocations, and the lines of a function."""

from __future__ import annotations

import asyncio
import json

import pytest
from tests.console.cloud.lambda_.conftest import path

from homeport.aws.lambda_ import limits
from homeport.console.asking.troubles import Trouble
from homeport.console.cloud.lambda_.running import events, results
from homeport.console.sessions.store import Session

ECHO = """
import json

def handler(event, context):
    print("got", json.dumps(event))
    if event.get("fail"):
        return {}[event["fail"]]
    return event
"""


async def invoke(visitor, name, payload, **more):
    return await visitor.post(
        path(name, "/test"), {"payload": payload, "mode": "RequestResponse", **more}
    )


async def test_a_result_with_its_log_and_figures(visitor, make):
    name = make(files={"app.py": ECHO})
    page = await invoke(visitor, name, '{"name": "<b>ann</b>"}')
    assert page.status == 200
    section = page.find("section", class_="card")
    assert section.find("h2").text == "Result"
    payload, log = (each.raw for each in section.all("pre"))
    assert json.loads(payload) == {"name": "<b>ann</b>"}
    assert 'got {"name": "<b>ann</b>"}' in log
    labels = [each.text for each in section.all("span", class_="label")]
    assert labels[:3] == ["Duration", "Billed Duration", "Memory Size"]
    assert page.find("textarea", name="payload").raw == '{"name": "<b>ann</b>"}'


async def test_an_error_with_its_trace(visitor, make):
    name = make(files={"app.py": ECHO})
    page = await invoke(visitor, name, '{"fail": "<key>"}')
    section = page.find("section", class_="card")
    assert section.find("h2").text == "The function failed"
    assert "KeyError: '<key>'" in section.find("div", class_="wrong").text
    assert "app.py" in section.find("div", class_="wrong").find("pre").text


async def test_a_function_that_ends_or_takes_too_long(visitor, make):
    name = make(
        files={
            "app.py": "import os, time\ndef handler(event, context):\n    os._exit(3) if event else time.sleep(9)\n"
        },
        Timeout=1,
    )
    page = await invoke(visitor, name, '{"now": 1}')
    assert "The function failed" in page.text
    page = await invoke(visitor, name, "{}")
    assert "timed out after 1.00 seconds" in page.text


async def test_in_the_background_and_only_asked(visitor, standing, make):
    name = make(files={"app.py": ECHO})
    page = await invoke(visitor, name, '{"n": "in-the-background"}', mode="Event")
    assert page.find("section", class_="card").find("h2").text == "Accepted"
    await lines(standing, name, "in-the-background")
    page = await invoke(visitor, name, "{}", mode="DryRun")
    assert "Nothing was run." in page.text


async def lines(standing, name, wanted):
    """Waits for a line: they are written behind the answer."""
    logs = standing.client("logs")
    for _ in range(100):
        try:
            found = logs.filter_log_events(
                logGroupName=f"/aws/lambda/{name}", filterPattern=f'"{wanted}"'
            )
        except logs.exceptions.ResourceNotFoundException:
            found = {"events": []}
        if found["events"]:
            return found["events"]
        await asyncio.sleep(0.1)
    raise AssertionError(f"no line of {wanted}")


async def test_an_alias_is_invoked(visitor, client, make):
    name = make(
        files={"app.py": "def handler(event, context):\n    return context.function_version\n"}
    )
    client.publish_version(FunctionName=name)
    client.create_alias(FunctionName=name, Name="live", FunctionVersion="1")
    page = await invoke(visitor, name, "{}", qualifier="live")
    assert page.find("section", class_="card").find("pre").raw == '"1"'
    assert page.find("select", id="qualifier").find("option", selected="").text == "live"


@pytest.mark.parametrize("payload", ["", "{", "nothing", "[" * 20_000])
async def test_an_event_that_is_no_json_is_said_and_stays(visitor, make, payload):
    name = make(str(len(payload)))
    page = await invoke(visitor, name, payload)
    assert page.status == 400
    assert "The event is n" in page.find("div", class_="wrong").text
    assert page.find("textarea", name="payload").raw == payload


async def test_a_runtime_that_is_not_here_says_what_to_do(visitor, make):
    name = make(Runtime="dotnet8")
    page = await invoke(visitor, name, "{}")
    said = page.find("div", class_="wrong").text
    assert "dotnet8" in said
    assert "Install it where the local AWS runs" in said


async def test_events_are_kept_for_the_login(visitor, writer, make):
    name = make()
    page = await visitor.post(
        path(name, "/test/events"), {"name": "<my> event", "payload": '{"a": 1}'}
    )
    page = await visitor.follow(page)
    assert page.find("textarea", name="payload").raw == '{"a": 1}'
    assert "<my> event" in page.links
    assert "<my> event" not in (await writer.get(path(name, "/test"))).links
    page = await visitor.post(path(name, "/test/events"), {"name": "<my> event", "remove": "yes"})
    assert "<my> event" not in (await visitor.follow(page)).links


async def test_samples_are_taken_by_their_address(visitor, make):
    name = make()
    for key, sample in events.SAMPLES.items():
        page = await visitor.get(path(name, f"/test?sample={key}"))
        assert json.loads(page.find("textarea", name="payload").raw) == sample.event
        assert page.links["What AWS says of it"] == sample.link


def session():
    return Session(
        "ann",
        "",
        is_admin=False,
        may_push=True,
        may_delete=True,
        has_extension=True,
        csrf="",
        started=0,
        used=0,
        asked=0,
    )


@pytest.mark.parametrize("event", ["{", "[" * 100_000, '{"a": ' + "9" * 5000 + "}"])
def test_an_event_that_is_none_is_said_so(event):
    with pytest.raises(Trouble, match=r"The event is not JSON|nested too deeply|too many digits"):
        events.checked(event)


def test_a_login_keeps_some_events_and_no_more():
    its = session()
    for at in range(events.EVENTS):
        events.save(its, f"e{at}", "{}")
    events.save(its, "e0", '{"other": 1}')
    with pytest.raises(Trouble, match="keeps 20 events"):
        events.save(its, "one more", "{}")
    events.remove(its, "e1")
    with pytest.raises(Trouble, match="256 KiB in all"):
        events.save(its, "large", "x" * events.BYTES)
    with pytest.raises(Trouble, match="64 characters"):
        events.save(its, "x" * 65, "{}")


@pytest.mark.parametrize(
    "said",
    [
        {"StatusCode": 200, "Payload": b"\xff not json", "FunctionError": "Unhandled"},
        {"StatusCode": 200, "Payload": b"[" * 9999, "LogResult": "!"},
        {
            "StatusCode": 200,
            "Payload": b'{"errorMessage": {"a": 1}, "stackTrace": "text"}',
            "FunctionError": "Handled",
        },
        {"StatusCode": 202},
        {"StatusCode": 200, "Payload": b'"' + b"x" * (6 * limits.MIB) + b'"'},
    ],
)
def test_any_answer_is_read(said):
    made = results.read(said)
    assert len(made.payload) <= results.SHOWN
    assert made.status == said["StatusCode"]


async def test_lines_are_searched(visitor, standing, make):
    name = make(files={"app.py": ECHO})
    assert (
        f"There is no log group /aws/lambda/{name} yet."
        in (await visitor.get(path(name, "/logs"))).text
    )
    for text in ("first <b>", "second"):
        await invoke(visitor, name, json.dumps({"n": text}))
    await lines(standing, name, "second")
    await asyncio.sleep(1.2)  # what is younger than a second is left to the next question
    page = await visitor.get(path(name, "/logs"))
    texts = [row[1] for row in page.rows()[:-1]]
    assert texts.index('got {"n": "first <b>"}') < texts.index('got {"n": "second"}')
    page = await visitor.get(path(name, "/logs?pattern=second"))
    assert [row[1] for row in page.rows()[:-1]] == ['got {"n": "second"}']
    stream = page.find("select", id="stream").all("option")[1].attributes["value"]
    page = await visitor.get(path(name, f"/logs?stream={stream.replace('$', '%24')}"))
    assert len(page.rows()) > 2
    page = await visitor.get(path(name, "/logs?pattern=%7B"))
    assert page.status == 400
    assert page.find("div", class_="wrong").text


async def test_lines_appear_where_there_was_no_log_yet(visitor, standing, make):
    name = make(files={"app.py": ECHO})
    page = await visitor.get(path(name, "/logs?pattern=got"))
    poll = page.find("tr", id="poll").attributes["hx-get"]
    part = await visitor.get(poll, is_part=True)
    assert [each.text for each in part.all("tr")] == ["Waiting for lines"]
    await invoke(visitor, name, '{"n": "the first"}')
    await lines(standing, name, "the first")
    await asyncio.sleep(1.2)
    poll = part.find("tr", id="poll").attributes["hx-get"]
    part = await visitor.get(poll, is_part=True)
    assert 'got {"n": "the first"}' in part.all("tr")[0].text


async def test_new_lines_appear_once(visitor, standing, make):
    name = make(files={"app.py": ECHO})
    await invoke(visitor, name, '{"n": "before"}')
    await lines(standing, name, "before")
    await asyncio.sleep(1.2)
    page = await visitor.get(path(name, "/logs?pattern=got"))
    assert len(page.rows()) == 2
    poll, seen = page.find("tr", id="poll").attributes["hx-get"], []
    for at in range(3):
        await invoke(visitor, name, json.dumps({"n": f"line-{at}"}))
        await lines(standing, name, f"line-{at}")
        await asyncio.sleep(1.2)
        part = await visitor.get(poll, is_part=True)
        seen += [each.text for each in part.all("tr") if "id" not in each.attributes]
        poll = part.find("tr", id="poll").attributes["hx-get"]
    assert [each.rpartition("got ")[2] for each in seen] == [
        f'{{"n": "line-{at}"}}' for at in range(3)
    ]
