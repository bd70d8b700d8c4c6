"""Lists that are longer than an answer: functions that a search finds, lines that a log holds."""

from __future__ import annotations

import time

import pytest
from tests.console.cloud.lambda_.conftest import path

from homeport.console.cloud.lambda_ import function as its
from homeport.console.cloud.lambda_ import functions
from homeport.console.cloud.lambda_.running import logs


class Functions:
    """A cloud of some functions, page by page."""

    def __init__(self, names, runtime="python3.13"):
        self.made = [{"FunctionName": name, "Runtime": runtime} for name in names]
        self.asked = []

    def list_functions(self, **asked):
        start = int(asked.get("Marker", 0))
        self.asked.append(start)
        end = start + asked["MaxItems"]
        answer = {"Functions": self.made[start:end]}
        return answer if end >= len(self.made) else {**answer, "NextMarker": str(end)}


@pytest.mark.parametrize(
    ("number", "shown", "is_cut"),
    [
        (0, 0, False),
        (1, 1, False),
        (100, 100, False),
        (101, 100, True),
        (149, 100, True),
        (500, 100, True),
    ],
)
def test_a_search_that_finds_too_much_says_so(number, shown, is_cut):
    found, more = functions._found(Functions([f"f{at}" for at in range(number)]), "f")
    assert (len(found), bool(more)) == (shown, is_cut)


def test_a_search_looks_through_all_pages():
    names = [f"a{at}" for at in range(120)] + ["The-Needle"]
    client = Functions(names)
    assert [each["FunctionName"] for each in functions._found(client, "needle")[0]] == [
        "The-Needle"
    ]
    assert client.asked == [0, 50, 100]


def test_a_search_ends_after_so_many_requests():
    client = Functions([f"a{at}" for at in range(functions.PAGE * functions.REQUESTS + 1)])
    found, more = functions._found(client, "none")
    assert (found, bool(more)) == ([], True)
    assert len(client.asked) == functions.REQUESTS


def test_a_search_finds_runtimes_and_functions_that_have_none():
    client = Functions(["a"], "nodejs22.x")
    client.made.append({"FunctionName": "of-an-image"})
    assert [each["FunctionName"] for each in functions._found(client, "nodejs")[0]] == ["a"]
    assert [each["FunctionName"] for each in functions._found(client, "image")[0]] == [
        "of-an-image"
    ]


async def test_a_list_says_that_it_is_a_part(visitor, client, make):
    names = [make(f"-{at:02}") for at in range(functions.PAGE + 1)]
    first = await visitor.get("/lambda")
    assert f"{functions.PAGE} functions shown in account" in first.find("caption").text
    assert "First page" not in first.links
    second = await visitor.get(first.links["Next"])
    assert " shown in account" in second.find("caption").text
    assert (await visitor.get(second.links["First page"])).rows() == first.rows()
    found = await visitor.get(f"/lambda?search={names[0].upper()}")
    assert found.find("caption").text == "1 function in account 000000000000, us-east-1"
    assert "First page" not in found.links
    for name in names:
        client.delete_function(FunctionName=name)


class Logs:
    """A log of some lines, the oldest first."""

    def __init__(self, number, page=1000):
        self.number, self.page, self.asked = number, page, []

    def filter_log_events(self, **asked):
        self.asked.append(asked)
        start = int(asked.get("nextToken", 0))
        end = min(start + min(asked["limit"], self.page), self.number)
        events = [
            {"message": f"line {at}\n", "timestamp": at, "logStreamName": "s"}
            for at in range(start, end)
        ]
        return {"events": events, **({"nextToken": str(end)} if end < self.number else {})}


FUNCTION = its.read({"Configuration": {"FunctionName": "x", "FunctionArn": "arn"}})


def read(client, pattern="", stream=""):
    return logs._lines(client, FUNCTION, pattern, stream, 5, 9)


@pytest.mark.parametrize(
    ("number", "first", "is_cut"),
    [
        (0, None, False),
        (300, 0, False),
        (301, 1, False),
        (10_000, 9700, False),
        (10_001, 9700, True),
    ],
)
def test_the_newest_lines_are_shown_in_their_order(number, first, is_cut):
    lines, cut = read(Logs(number))
    assert cut is is_cut
    assert len(lines) == min(number, logs.LINES)
    assert [each.text for each in lines[:1]] == ([] if first is None else [f"line {first}"])
    assert [each.at for each in lines] == sorted(each.at for each in lines)


def test_what_is_asked_of_the_log():
    client = Logs(1)
    read(client)
    assert client.asked == [
        {"logGroupName": "/aws/lambda/x", "startTime": 5, "endTime": 9, "limit": logs.READ}
    ]
    read(client, pattern="ERROR", stream="one [$LATEST]")
    assert client.asked[1]["filterPattern"] == "ERROR"
    assert client.asked[1]["logStreamNames"] == ["one [$LATEST]"]


@pytest.mark.parametrize(
    ("length", "shown"),
    [(logs.NEW_BYTES, logs.NEW_BYTES), (logs.NEW_BYTES + 1, logs.NEW_BYTES + 1)],
)
def test_a_line_is_cut_only_where_it_is_longer(length, shown):
    line = logs._line({"message": "x" * length, "timestamp": 0, "logStreamName": "s"})
    assert len(line.text) == shown
    assert line.text.endswith("…") is (length > logs.NEW_BYTES)


def written(standing, name, *texts, ago_ms=60_000, stream="2026/01/31/[$LATEST]abc"):
    """Lines of a log, as a function would have written them."""
    client, group = standing.client("logs"), f"/aws/lambda/{name}"
    client.create_log_group(logGroupName=group)
    client.create_log_stream(logGroupName=group, logStreamName=stream)
    at = int(time.time() * 1000) - ago_ms
    events = [{"timestamp": at + number, "message": text} for number, text in enumerate(texts)]
    client.put_log_events(logGroupName=group, logStreamName=stream, logEvents=events)


async def test_lines_are_marked_by_what_they_are(visitor, standing, make):
    name = make()
    written(
        standing,
        name,
        "START RequestId: 1",
        "[ERROR] <KeyError>",
        "all is <well>",
        "REPORT RequestId: 1",
    )
    page = await visitor.get(path(name, "/logs"))
    assert page.find("caption").text == f"/aws/lambda/{name}: 4 lines"
    assert "To the newest line" not in page.links
    assert [row[1] for row in page.rows()[:-1]] == [
        "START RequestId: 1",
        "[ERROR] <KeyError>",
        "all is <well>",
        "REPORT RequestId: 1",
    ]
    body = page.find("tbody")
    assert [each.text for each in body.all("strong", class_="removed")] == ["[ERROR] <KeyError>"]
    assert [each.text for each in body.all("code", class_="none")] == [
        "START RequestId: 1",
        "REPORT RequestId: 1",
    ]
    assert body.all("tr")[-1].attributes["id"] == "poll"
    assert body.find("code").attributes["title"] == "2026/01/31/[$LATEST]abc"


async def test_a_span_of_time_is_kept_to(visitor, standing, make):
    name = make()
    written(standing, name, "two hours ago", ago_ms=7_200_000)
    assert "No line of this time fits." in (await visitor.get(path(name, "/logs"))).text
    page = await visitor.get(path(name, "/logs?span=15m"))
    assert "No line of this time fits." in page.text
    for span in ("1d", "7d", "all"):
        page = await visitor.get(path(name, f"/logs?span={span}"))
        assert page.rows()[0][1] == "two hours ago"
        assert "No line of this time fits." not in page.text
        chosen = page.find("select", id="span").find("option", selected="")
        assert chosen.text == logs.WORDS[span]


async def test_a_stream_is_chosen(visitor, standing, make):
    name = make()
    written(standing, name, "of the first", stream="first")
    client, group = standing.client("logs"), f"/aws/lambda/{name}"
    client.create_log_stream(logGroupName=group, logStreamName="second")
    at = int(time.time() * 1000) - 50_000
    client.put_log_events(
        logGroupName=group,
        logStreamName="second",
        logEvents=[{"timestamp": at, "message": "of the second"}],
    )
    page = await visitor.get(path(name, "/logs"))
    assert [row[1] for row in page.rows()[:-1]] == ["of the first", "of the second"]
    page = await visitor.get(path(name, "/logs?stream=second"))
    assert [row[1] for row in page.rows()[:-1]] == ["of the second"]
    assert (
        page.find("select", id="stream").find("option", selected="").attributes["value"] == "second"
    )
    poll = page.find("tr", id="poll").attributes["hx-get"]
    assert "stream=second" in poll
    client.put_log_events(
        logGroupName=group,
        logStreamName="second",
        logEvents=[{"timestamp": at + 1000, "message": "and more"}],
    )
    base = poll.split("after=")[0]
    part = await visitor.get(f"{base}after={at}", is_part=True)
    assert [row.text.partition("UTC ")[2] for row in part.all("tr")[:-1]] == ["and more"]
