"""What is read of a function, and functions that are images."""

from __future__ import annotations

import pytest
from tests.console.cloud.lambda_.conftest import path

from homeport.aws.lambda_ import limits
from homeport.console.cloud.lambda_ import function as its
from homeport.console.cloud.lambda_.code import creating, starters
from homeport.console.cloud.lambda_.running import logs
from homeport.console.visit import Fields


def function(**said):
    return its.read({"Configuration": {"FunctionName": "x", "FunctionArn": "arn", **said}})


@pytest.mark.parametrize(
    ("runtime", "handler", "files"),
    [
        ("python3.13", "app.handler", ["app.py", "app/__init__.py"]),
        ("python3.13", "pkg.sub.app.handler", ["pkg/sub/app.py", "pkg/sub/app/__init__.py"]),
        (
            "nodejs22.x",
            "src/index.handler",
            ["src/index.js", "src/index.mjs", "src/index.cjs", "src/index.ts"],
        ),
        ("ruby3.4", "app.handler", ["app.rb"]),
        ("provided.al2023", "anything", ["bootstrap"]),
        ("java21", "com.example.Handler::handle", []),
        ("python3.13", "", [".py", "/__init__.py"]),
    ],
)
def test_where_a_handler_may_be(runtime, handler, files):
    assert function(Runtime=runtime, Handler=handler).handler_files == files


def test_the_log_group_may_be_chosen():
    assert function().log_group == "/aws/lambda/x"
    assert function(LoggingConfig={"LogGroup": "/all"}).log_group == "/all"


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("1970-01-01T00:00:10.000+0000", 10.0),
        ("1970-01-01T01:00:00.500+0100", 0.5),
        ("", None),
        ("soon", None),
    ],
)
def test_times_of_lambda(text, at):
    assert its.moment(text) == at


def test_the_bounds_of_the_form_are_those_of_lambda():
    account = "000000000000"
    form = "name=x&memory={}&timeout={}"
    made = creating.settings(Fields(form.format(limits.MEMORY_MB, limits.TIMEOUT_S)), account)
    assert made["Role"] == f"arn:aws:iam::{account}:role/lambda"
    for memory, timeout in ((limits.MEMORY_MB + 1, 3), (128, limits.TIMEOUT_S + 1)):
        with pytest.raises(Exception, match="must be a whole number"):
            creating.settings(Fields(form.format(memory, timeout)), account)


async def test_runtimes_stand_by_language_the_newest_first(visitor):
    page = await visitor.get("/lambda/new")
    shown = [each.text for each in page.find("select", id="z-runtime").all("option")]
    python = [name for name in shown if name.startswith("python")]
    assert shown[: len(python)] == python
    numbers = [int(name.removeprefix("python3.")) for name in python if name.startswith("python3.")]
    assert numbers == sorted(numbers, reverse=True)
    templates = [each.text for each in page.find("select", id="t-runtime").all("option")]
    assert templates == [name for name in shown if starters.of(name)]
    assert not [name for name in templates if name.startswith(("java", "dotnet"))]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("START RequestId: 1 Version: 1\n", "none"),
        ("REPORT RequestId: 1 Duration: 1 ms", "none"),
        ("[ERROR] KeyError: 'x'", "wrong"),
        ("2026-01-31T12:00:00.000Z\t1\tERROR\tno", "wrong"),
        ("2026-01-31 Task timed out after 3.00 seconds", "wrong"),
        ("all is well", ""),
    ],
)
def test_kinds_of_lines(text, kind):
    line = logs._line({"message": text, "timestamp": 1500, "logStreamName": "s"})
    assert (line.kind, line.at, line.text) == (kind, 1.5, text.rstrip("\n"))


def test_a_long_line_is_cut():
    line = logs._line({"message": "x" * 10**6, "timestamp": 0, "logStreamName": "s"})
    assert len(line.text) == logs.NEW_BYTES + 1


async def test_an_image_is_shown_and_another_one_deployed(visitor, standing, client):
    registry = standing.stack.registry
    for tag in ("first", "second"):
        standing.push("functions/console", tag)
    wanted = {
        "from": "image",
        "name": "of-an-image",
        "image": f"{registry}/functions/console:first",
    }
    made = await visitor.post("/lambda/new", wanted)
    assert made.status == 303, made.text
    page = await visitor.follow(made)
    assert f"{registry}/functions/console:first" in page.text
    assert page.all("textarea") == []
    assert page.all("form", data_file="") == []
    other = {"image": f"{registry}/functions/console:second"}
    page = await visitor.follow(await visitor.post(path("of-an-image", "/code/from"), other))
    assert other["image"] in page.text
    assert client.get_function(FunctionName="of-an-image")["Code"]["ImageUri"] == other["image"]
    for end in ("/settings", "/versions", "/environment", "/test", "/package"):
        assert (await visitor.get(path("of-an-image", end))).status in {200, 404}, end
    assert (await visitor.get("/lambda?search=of-an-image")).rows()[0][1] == "image"
