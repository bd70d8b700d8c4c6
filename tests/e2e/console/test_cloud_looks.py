"""What a picture of the local AWS's pages shows, measured: nothing hidden that is needed, nothing out of line."""

from __future__ import annotations

import io
import json
import secrets
import zipfile

import pytest
from tests.e2e.console.conftest import NARROW

pytestmark = pytest.mark.e2e

LINE = "return {" + ", ".join(f'"member-{number}": {number}' for number in range(30)) + "}"
"""Of code, longer than any screen is wide."""


@pytest.fixture
def name():
    return f"looks-{secrets.token_hex(4)}"


@pytest.fixture
def queue(whole, name):
    sqs = whole.client("sqs")
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody=json.dumps({f"field-{n}": n for n in range(40)}))
    return name


@pytest.fixture
def function(whole, name, queue):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("lib/__init__.py", "")
        archive.writestr("app.py", f"def handler(event, context):\n    {LINE}\n")
    client = whole.client("lambda")
    client.create_function(
        FunctionName=name,
        Runtime="python3.11",
        Role="arn:aws:iam::000000000000:role/any",
        Handler="app.handler",
        Code={"ZipFile": packed.getvalue()},
    )
    arn = f"arn:aws:sqs:us-east-1:000000000000:{queue}"
    client.create_event_source_mapping(FunctionName=name, EventSourceArn=arn, Enabled=False)
    return name


def middle(place):
    box = place.bounding_box()
    return box["y"] + box["height"] / 2


def test_lines_of_code_are_not_broken(browse, function):
    page = browse(f"/lambda/functions/{function}?file=app.py")
    editor = page.locator("textarea#text")
    assert editor.evaluate("each => each.scrollWidth > each.clientWidth")
    files = page.get_by_role("navigation", name="Files")
    assert editor.bounding_box()["width"] > 2 * files.bounding_box()["width"]


def test_what_is_done_with_an_event_source_is_seen(browse, function):
    page = browse(f"/lambda/functions/{function}/sources")
    table = page.get_by_role("region", name="Event sources")
    assert table.evaluate("each => each.scrollWidth <= each.clientWidth")
    switch, remove = page.get_by_role("button", name="Switch on"), page.get_by_text("Remove")
    assert abs(middle(switch) - middle(remove.first)) < 2


@pytest.mark.parametrize(
    ("path", "field", "button"),
    [
        ("/sqs/q/{}/receive", "Wait for them (seconds)", "Receive"),
        ("/lambda/functions/{}/environment", "Value", "Set the variable"),
    ],
)
def test_a_button_stands_beside_its_fields(browse, function, path, field, button):
    page = browse(path.format(function))
    place = page.get_by_label(field, exact=True)
    assert abs(middle(place) - middle(page.get_by_role("button", name=button))) < 2


def test_a_long_message_is_two_lines(browse, queue):
    page = browse(f"/sqs/q/{queue}/messages", size=NARROW)
    assert page.locator("tbody tr").bounding_box()["height"] < 100
    page.get_by_role("link", name="field-0").click()
    page.get_by_text('"field-39": 39').wait_for()


def test_the_buttons_of_a_version_are_one_line(browse, whole, name):
    s3 = whole.client("s3")
    s3.create_bucket(Bucket=name)
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    for body in (b"1", b"2"):
        s3.put_object(Bucket=name, Key="a", Body=body)
    page = browse(f"/s3/{name}/object?key=a&view=versions", size=NARROW)
    row = page.locator("tbody tr").last
    assert row.bounding_box()["height"] < 80
    row.locator("summary").click()
    row.get_by_text("This cannot be undone.").wait_for()


def test_the_requests_are_searched_as_one_types(browse, whole, name, looked_at):
    whole.client("sqs").create_queue(QueueName=name)
    whole.client("sns").list_topics()
    page = browse("/cloud/requests")
    page.get_by_role("link", name="ListTopics").first.wait_for()
    page.keyboard.press("/")
    page.keyboard.type("createq")
    page.get_by_role("link", name="ListTopics").first.wait_for(state="detached")
    page.get_by_role("link", name="CreateQueue").first.wait_for()
    assert page.url.endswith("search=createq")
    # What comes by itself is of the same search.
    before = page.locator("tbody tr").count()
    whole.client("sns").list_topics()
    whole.client("sqs").create_queue(QueueName=f"{name}-2")
    page.wait_for_function("n => document.querySelectorAll('tbody tr').length > n", arg=before)
    assert page.get_by_role("link", name="ListTopics").count() == 0
    looked_at("/cloud/requests?search=createq", "cloud-requests-searched")
