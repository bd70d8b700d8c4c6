"""The bounds of forms and of what is shown, from both sides."""

from __future__ import annotations

import io
import zipfile

import pytest
from tests.console.cloud.lambda_.conftest import HELLO, RUNTIME, path
from tests.console.cloud.pressing import press

from homeport.console.asking.troubles import Trouble
from homeport.console.asking.wire import LIMIT
from homeport.console.cloud.lambda_ import function as its
from homeport.console.cloud.lambda_ import settings, versions
from homeport.console.cloud.lambda_.code import code, creating, packages
from homeport.console.cloud.lambda_.running import events, results, testing
from homeport.console.cloud.lambda_.wiring import access, outgoing
from homeport.console.sessions.store import Session
from homeport.console.visit import Fields

FUNCTION = its.read(
    {
        "Configuration": {
            "FunctionName": "x",
            "FunctionArn": "arn",
            "RevisionId": "now",
            "Timeout": 70,
        }
    }
)
IMAGE = its.read({"Configuration": {**FUNCTION.said, "PackageType": "Image"}})


@pytest.mark.parametrize(
    ("field", "least", "most"),
    [("timeout", 1, 900), ("memory", 128, 10_240), ("storage", 512, 10_240)],
)
def test_settings_are_within_their_bounds(field, least, most):
    base = "runtime=python3.13&handler=a.b"
    for value in (least, most):
        settings.definition(FUNCTION, Fields(f"{base}&{field}={value}"))
    for value in (least - 1, most + 1):
        with pytest.raises(Trouble, match=f"{field} must be a whole number from {least} to {most}"):
            settings.definition(FUNCTION, Fields(f"{base}&{field}={value}"))


def test_settings_are_those_of_the_form():
    form = "runtime=r&handler=h&timeout=5&memory=256&storage=600&description=d&revision=then"
    assert settings.definition(FUNCTION, Fields(form)) == {
        "FunctionName": "x",
        "RevisionId": "then",
        "Description": "d",
        "Timeout": 5,
        "MemorySize": 256,
        "EphemeralStorage": {"Size": 600},
        "Runtime": "r",
        "Handler": "h",
    }
    made = settings.definition(IMAGE, Fields("timeout=5"))
    assert made["RevisionId"] == "now"
    assert not {"Runtime", "Handler"} & set(made)


@pytest.mark.parametrize(
    ("weight", "share"), [("0", 0.0), ("0.5", 0.005), (" 12.5 ", 0.125), ("100", 1.0)]
)
def test_a_share_is_a_part_of_one(weight, share):
    made = versions.definition(Fields(f"name=a&version=1&other=2&weight={weight}"))
    assert made["RoutingConfig"] == {"AdditionalVersionWeights": {"2": share}}


@pytest.mark.parametrize("weight", ["", "much", "-0.1", "100.1", "nan", "inf", "1e3"])
def test_what_is_no_share_is_said(weight):
    with pytest.raises(Trouble, match="The share of the other version is"):
        versions.definition(Fields(f"name=a&version=1&other=2&weight={weight}"))


def test_an_alias_of_one_version_has_no_share():
    made = versions.definition(Fields("name=a&version=1&other=+&weight=5"))
    assert made["RoutingConfig"] == {"AdditionalVersionWeights": {}}


def test_the_settings_of_events():
    assert outgoing.definition(Fields("")) == {
        "MaximumRetryAttempts": 2,
        "MaximumEventAgeInSeconds": 21_600,
    }
    made = outgoing.definition(Fields("retries=0&age=60&success=+a+&failure="))
    assert made["DestinationConfig"] == {"OnSuccess": {"Destination": "a"}}


@pytest.mark.parametrize(
    ("url", "public", "shown"),
    [
        ("", "https://aws.test", ""),
        (
            "http://abc.lambda-url.eu-west-1.localhost:4566/",
            "",
            "http://abc.lambda-url.eu-west-1.localhost:4566/",
        ),
        (
            "http://abc.lambda-url.eu-west-1.localhost:4566/",
            "https://aws.test:8443/",
            "https://abc.lambda-url.eu-west-1.aws.test:8443/",
        ),
        ("https://elsewhere.test/abc", "https://aws.test", "https://elsewhere.test/abc"),
    ],
)
def test_a_url_has_the_name_by_which_people_reach_the_cloud(url, public, shown):
    class Visit:
        class cloud:  # noqa: N801 - named as that of a visit
            public_url = public

    assert access._public(Visit, url) == shown


@pytest.mark.parametrize(
    ("name", "number"),
    [("python3.13", 3.013), ("nodejs22.x", 22.0), ("provided.al2023", 2023.0), ("provided", 0.0)],
)
def test_runtimes_are_ordered_by_their_numbers(name, number):
    assert creating._number(name) == pytest.approx(number)


def session():
    flags = {"is_admin": False, "may_push": True, "may_delete": True, "has_extension": True}
    return Session("ann", "", csrf="", started=0, used=0, asked=0, **flags)


def test_events_are_kept_up_to_their_bounds():
    its_session = session()
    events.save(its_session, "x" * 64, "é" * events.BYTES)
    with pytest.raises(Trouble, match="256 KiB in all"):
        events.save(its_session, "more", "x")
    events.save(its_session, "x" * 64, "{}")
    assert events.saved(its_session) == {"x" * 64: "{}"}
    for at in range(events.EVENTS - 1):
        events.save(its_session, str(at), "{}")
    with pytest.raises(Trouble, match="keeps 20 events"):
        events.save(its_session, "last", "{}")
    events.remove(its_session, "none")
    assert len(events.saved(its_session)) == events.EVENTS


def test_an_event_is_sent_as_it_was_written():
    assert (
        events.checked(' {"a":  1.50, "ä": "\\u00e4"}\n')
        == ' {"a":  1.50, "ä": "\\u00e4"}\n'.encode()
    )


@pytest.mark.parametrize("trace", ["stackTrace", "trace"])
def test_an_error_tells_where(trace):
    payload = (
        b'{"errorType": "KeyError", "errorMessage": "x", "'
        + trace.encode()
        + b'": ["one\\n", "two"]}'
    )
    made = results.read({"StatusCode": 200, "FunctionError": "Unhandled", "Payload": payload})
    assert (made.error, made.kind, made.message) == ("Unhandled", "KeyError", "x")
    assert made.trace == ["one", "two"]


def test_what_looks_like_an_error_is_none_where_the_function_did_not_fail():
    made = results.read(
        {"StatusCode": 200, "Payload": b'{"errorMessage": "x", "stackTrace": ["y"]}'}
    )
    assert (made.error, made.kind, made.message, made.trace) == ("", "", "", [])


def test_the_figures_of_a_report():
    log = (
        "START RequestId: 1 Version: 2\n"
        "REPORT RequestId: 1\tDuration: 1.50 ms\tBilled Duration: 2 ms\tMemory Size: 128 MB\t"
        "Max Memory Used: 30 MB\tInit Duration: 9.10 ms\t\n"
    )
    assert results.report(log) == (
        "1",
        [
            ("Duration", "1.50 ms"),
            ("Billed Duration", "2 ms"),
            ("Memory Size", "128 MB"),
            ("Max Memory Used", "30 MB"),
            ("Init Duration", "9.10 ms"),
        ],
    )
    assert results.report("nothing") == ("", [])


def test_a_result_is_cut_where_it_is_too_long():
    whole = b'"' + b"x" * (results.SHOWN - 2) + b'"'
    assert results.read({"StatusCode": 200, "Payload": whole}).is_cut is False
    longer = results.read({"StatusCode": 200, "Payload": b'"' + b"x" * (results.SHOWN - 1) + b'"'})
    assert (longer.is_cut, len(longer.payload)) == (True, results.SHOWN)


@pytest.mark.parametrize(
    ("trouble", "status", "said"),
    [
        (Trouble("x ReadTimeoutError y", status=502), 504, "x has not answered in"),
        (Trouble("x ReadTimeoutError y", status=400), 400, "ReadTimeoutError"),
        (Trouble("no", hint="AWS calls this InvalidRuntimeException.", status=502), 502, "no"),
    ],
)
def test_what_to_do_is_said_where_it_helps(trouble, status, said):
    made = testing._helped(trouble, FUNCTION)
    assert made.status == status
    assert said in made.what
    if status == 504:
        assert "it may run for 70" in made.what
        assert "in the background" in made.hint
    if "InvalidRuntime" in trouble.hint:
        assert made.hint.startswith("Install it where the local AWS runs")


@pytest.mark.parametrize(("more", "is_shown"), [(0, True), (1, False)])
async def test_a_package_that_is_too_large_is_not_fetched(more, is_shown):
    function = its.read(
        {
            "Configuration": {**FUNCTION.said, "CodeSize": LIMIT + more},
            "Code": {"Location": "http://cloud/x?y=z"},
        }
    )
    asked = []

    class Visit:
        class cloud:  # noqa: N801 - named as that of a visit
            async def ask(method, path):  # noqa: N805
                asked.append((method, path))
                raise Trouble("fetched")

    package, why = await code._package(Visit, function)
    assert package is None
    assert why == (
        "fetched" if is_shown else f"The package has {LIMIT // 2**20} MiB: too many to be shown."
    )
    assert asked == ([("GET", "/x?y=z")] if is_shown else [])


@pytest.mark.parametrize("text", ["#!/bin/sh\n", "pass\n"])
def test_programs_of_a_template_may_run(text):
    with zipfile.ZipFile(io.BytesIO(packages.of_files({"a": text}, 1_700_000_000))) as found:
        info = found.getinfo("a")
    assert info.external_attr >> 16 == (0o755 if text.startswith("#!") else 0o644)
    assert info.date_time == (2023, 11, 14, 22, 13, 20)


def test_a_new_file_may_be_read_by_all_and_zips_begin_in_1980():
    made = packages.Package(packages.of_files({"a": "x"}, 0)).changed("b", "y", 0)
    with zipfile.ZipFile(io.BytesIO(made)) as found:
        info = found.getinfo("b")
    assert info.external_attr >> 16 == 0o644
    assert info.date_time == (1980, 1, 1, 0, 0, 0)


@pytest.mark.parametrize(
    ("length", "is_whole"), [(packages.TEXT, True), (packages.TEXT + 1, False)]
)
def test_a_text_is_whole_up_to_its_bound(length, is_whole):
    text = packages.Package(packages.of_files({"a": "x" * length}, 0)).text("a")
    assert (text.is_whole, len(text.text)) == (is_whole, packages.TEXT)
    assert packages.TEXT == 256 * 1024


@pytest.mark.parametrize(
    "location",
    ["/lambda/new?name=never&runtime=python3.13&handler=a.b", "/lambda/layers?name=never"],
)
async def test_an_empty_file_is_said(visitor, location):
    page = await visitor.put(location, b"")
    assert page.status == 400
    assert "The file is empty." in page.text


async def test_a_file_of_which_only_the_beginning_is_shown_is_not_edited(visitor, make):
    name = make(files={"app.py": "# " + "x" * packages.TEXT, "b.py": HELLO})
    page = await visitor.get(path(name))
    assert "This is its beginning." in page.text
    assert "Deploy this change" not in page.buttons()
    page = await visitor.get(path(name, "?file=b.py"))
    assert "Deploy this change" in page.buttons()


async def test_a_package_of_many_files_names_the_first(visitor, make):
    files = {f"f{at:04}.py": "" for at in range(packages.FILES + 3)}
    name = make(files={**files, "app.py": HELLO})
    page = await visitor.get(path(name))
    assert "500 files of 504" in page.text
    assert len(page.find("ul", class_="tree").all("li")) == packages.FILES
    assert page.find("textarea", id="text").raw.lstrip("\n") == HELLO


async def test_a_version_is_downloaded_as_it_was(visitor, client, make):
    name = make()
    client.publish_version(FunctionName=name)
    other = packages.of_files({"app.py": "pass"}, 0)
    client.update_function_code(FunctionName=name, ZipFile=other)
    page = await visitor.get(path(name, "?version=1"))
    headers, data = await downloaded(visitor, page.links["Download the package"])
    assert headers["Content-Disposition"] == f'attachment; filename="{name}.zip"'
    assert headers["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(data)) as found:
        assert found.read("app.py").decode() == HELLO
    _, data = await downloaded(visitor, path(name, "/package"))
    assert data == other


async def downloaded(visitor, location):
    answer = await visitor.send("GET", location)
    return dict(answer.headers), b"".join([piece async for piece in answer.body])


async def test_ways_lead_up(visitor, make):
    name = make()
    page = await visitor.get(path(name, "/versions"))
    crumbs = page.find("nav", class_="crumbs")
    assert {each.text: each.attributes["href"] for each in crumbs.all("a")} == {
        "Lambda": "/lambda",
        name: path(name),
    }
    assert crumbs.find("span", aria_current="page").text == "Versions"
    assert page.find("nav", class_="tabs").find("a", aria_current="page").text == "Versions"
    crumbs = (await visitor.get(path(name))).find("nav", class_="crumbs")
    assert crumbs.find("span", aria_current="page").text == name


async def test_an_invocation_that_may_last_is_said_to(visitor, make):
    slow, quick = make("-slow", Timeout=300), make("-quick", Timeout=3)
    assert "this page waits for" in (await visitor.get(path(slow, "/test"))).text
    assert "this page waits for" not in (await visitor.get(path(quick, "/test"))).text


async def test_the_background_has_no_result_and_no_log(visitor, make):
    name = make()
    page = await press(visitor, await visitor.get(path(name, "/test")), "Invoke", mode="Event")
    assert page.find("section", class_="card").all("pre") == []
    assert page.find("select", id="mode").find("option", selected="").attributes["value"] == "Event"
    page = await press(visitor, page, "Invoke", mode="RequestResponse")
    headings = [each.text for each in page.find("section", class_="card").all("h3")]
    assert headings == ["What it returned", "Last lines of its log, 4 KiB at most"]
    assert RUNTIME in (await visitor.get(path(name, "/settings"))).text


async def test_the_command_of_a_function_names_the_cloud(visitor, standing, make):
    name = make()
    command = (await visitor.get(path(name, "/settings"))).find("pre").raw
    assert f"--function-name {name} --endpoint-url {standing.stack.endpoint} " in command


async def test_more_versions_than_a_page_has(visitor, client, make):
    name = make()
    for at in range(versions.PAGE):
        client.update_function_configuration(FunctionName=name, Description=str(at))
        client.publish_version(FunctionName=name)
    page, seen = await visitor.get(path(name, "/versions")), []
    assert f"{versions.PAGE} versions of more" in page.text
    while True:
        seen += [row[0] for row in page.rows()]
        if "Next" not in page.links:
            break
        page = await visitor.get(page.links["Next"])
    assert seen == ["$LATEST", *(str(at + 1) for at in range(versions.PAGE))]


async def test_a_sample_is_chosen_by_its_form(visitor, make):
    name = make()
    page = await visitor.get(path(name, "/test?sample=sqs"))
    form = page.find("form", action=path(name, "/test"), method="get")
    assert form.find("option", selected="").attributes["value"] == "sqs"
    await visitor.post(path(name, "/test/events"), {"name": "own", "payload": "{}"})
    page = await visitor.get(path(name, "/test?event=own"))
    form = page.find("form", action=path(name, "/test"), method="get")
    assert form.all("option", selected="") == []
