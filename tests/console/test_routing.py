"""Which row answers a path."""

from __future__ import annotations

import pytest

from homeport.console import pages
from homeport.console.routing import Row, Table
from homeport.edge import http

CLOUD = ("/s3", "/sqs", "/sns", "/dynamodb", "/lambda", "/cloud")
ASKED_BY_POST = {
    "/dynamodb/partiql",  # looks itself whether a statement reads: tests/console/cloud/dynamodb
    "/lambda/functions/{function}/test/events",  # kept in the session of the visitor
}
"""What is sent by a POST and changes nothing of others."""


async def nothing(visit):
    return http.Response()


TABLE = Table(
    [
        Row("GET", "/", nothing),
        Row("GET", "/s3/{bucket}", nothing),
        Row("GET", "/s3/{bucket}/object", nothing),
        Row("POST", "/s3/{bucket}", nothing),
        Row("GET", "/r/{place...}", nothing),
    ]
)


@pytest.mark.parametrize(
    ("method", "path", "row", "names"),
    [
        ("GET", "/", "/", {}),
        ("HEAD", "/", "/", {}),
        ("GET", "/s3/a%2Fb", "/s3/{bucket}", {"bucket": "a/b"}),
        ("POST", "/s3/a", "/s3/{bucket}", {"bucket": "a"}),
        ("GET", "/s3/a/object", "/s3/{bucket}/object", {"bucket": "a"}),
        ("GET", "/s3/a/", "/s3/{bucket}", {"bucket": "a"}),
        ("GET", "/r/a/b%20c:1.0", "/r/{place...}", {"place": "a/b c:1.0"}),
    ],
)
def test_a_row_is_found(method, path, row, names):
    found = TABLE.find(method, path)
    assert (found.row.path, found.names) == (row, names)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/s3"),
        ("GET", "/s3/a/b"),
        ("PUT", "/s3/a"),
        ("GET", "/r"),
        ("GET", "/r/"),
        ("GET", "/x"),
        ("GET", "//"),
    ],
)
def test_there_is_none(method, path):
    found = TABLE.find(method, path)
    assert found is None or path == "//"


def test_the_methods_of_a_path():
    assert TABLE.methods("/s3/a") == ["GET", "POST"]
    assert TABLE.methods("/nowhere") == []


def test_no_two_pages_have_one_path():
    rows = [(row.method, row.path) for row in pages.ROWS]
    assert len(set(rows)) == len(rows)


def test_no_page_is_for_strangers():
    assert [row.path for row in pages.ROWS if row.needs == "nothing"] == []


def test_what_changes_the_local_aws_needs_the_right_to():
    wrong = {
        row.path
        for row in pages.ROWS
        if row.path.startswith(CLOUD) and row.method != "GET" and row.needs != "cloud_write"
    }
    assert wrong == ASKED_BY_POST


def test_rows_of_the_local_aws_ask_whether_there_is_one():
    rows = [row for row in pages.ROWS if row.path.startswith(CLOUD)]
    assert {row.needs for row in rows} == {"cloud", "cloud_write"}
