"""The pages of Lambda in a real browser: each page, each action, with the mouse and with the keyboard alone."""

from __future__ import annotations

import re
import sys

import pytest

from homeport.console.cloud.lambda_.code import packages

pytestmark = pytest.mark.e2e
NAME = "orders-worker"
RUNTIME = f"python3.{sys.version_info.minor}"
ROLE = "arn:aws:iam::000000000000:role/lambda"
CODE = '''"""Adds up what was ordered."""

import json


def handler(event, context):
    print("event:", json.dumps(event))
    if "fail" in event:
        raise KeyError(event["fail"])
    return {"total": sum(event.get("prices", []))}
'''


def make(client, name, **more):
    files = {
        "app.py": CODE,
        "lib/prices.py": "TAX = 19\n",
        "a <b>file</b> with a long name " + "x" * 90: "x",
    }
    given = {"Runtime": RUNTIME, "Handler": "app.handler", "Role": ROLE, "Timeout": 10, **more}
    client.create_function(
        FunctionName=name, Code={"ZipFile": packages.of_files(files, 1e9)}, **given
    )


@pytest.fixture(scope="module")
def client(whole):
    made = whole.client("lambda")
    make(
        made,
        NAME,
        Description="Adds up what was ordered",
        Environment={"Variables": {"TOKEN": "not-for-everybody", "LEVEL": "info"}},
    )
    for at in range(3):
        make(made, f"{NAME}-{at}")
    url = whole.client("sqs").create_queue(QueueName="orders-to-add-up")["QueueUrl"]
    arn = f"arn:aws:sqs:us-east-1:000000000000:{url.rpartition('/')[2]}"
    made.create_event_source_mapping(
        FunctionName=NAME,
        EventSourceArn=arn,
        FilterCriteria={"Filters": [{"Pattern": '{"body": {"kind": ["order"]}}'}]},
    )
    made.publish_version(FunctionName=NAME, Description="the first")
    made.create_alias(FunctionName=NAME, Name="live", FunctionVersion="1")
    made.create_function_url_config(FunctionName=NAME, AuthType="NONE")
    made.add_permission(
        FunctionName=NAME,
        StatementId="from-s3",
        Action="lambda:InvokeFunction",
        Principal="s3.amazonaws.com",
        SourceArn="arn:aws:s3:::bucket",
    )
    made.publish_layer_version(
        LayerName="libraries",
        Description="What all of them need",
        Content={"ZipFile": packages.of_files({"python/x.py": ""}, 1e9)},
    )
    made.tag_resource(
        Resource=made.get_function(FunctionName=NAME)["Configuration"]["FunctionArn"],
        Tags={"team": "shop"},
    )
    made.invoke(FunctionName=NAME, Payload=b'{"prices": [1, 2]}')
    made.invoke(FunctionName=NAME, Payload=b'{"fail": "<it>"}')
    return made


PAGES = {
    "functions": "/lambda",
    "none": "/lambda?search=nothing-is-called-so",
    "new": "/lambda/new",
    "layers": "/lambda/layers",
    **{
        name: f"/lambda/functions/{NAME}/{name}"
        for name in (
            "test",
            "logs",
            "sources",
            "versions",
            "environment",
            "events",
            "access",
            "settings",
        )
    },
    "code": f"/lambda/functions/{NAME}",
    "version": f"/lambda/functions/{NAME}?version=1",
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page(client, looked_at, name):
    looked_at(PAGES[name], f"lambda-{name}")


@pytest.mark.parametrize("name", ["code", "test", "environment"])
def test_a_page_of_a_reader(client, looked_at, name):
    looked_at(PAGES[name], f"lambda-{name}-reader", user="reader")


def test_a_function_is_made_changed_and_invoked(client, browse, shot, accessible):
    page = browse("/lambda")
    page.get_by_role("link", name="Create a function").click()
    form = page.locator("form", has_text="From a template")
    form.get_by_label("Name").fill("made-by-mouse")
    form.get_by_role("button", name="Create from the template").click()
    page.get_by_text("The function made-by-mouse was made.").wait_for()
    page.get_by_label("Text of app.py").fill(
        "def handler(event, context):\n    return {'double': event['n'] * 2}\n"
    )
    page.get_by_role("button", name="Deploy this change").click()
    page.get_by_text("app.py was changed and deployed.").wait_for()
    page.get_by_role("link", name="Test", exact=True).click()
    page.get_by_label("Event", exact=True).fill('{"n": 21}')
    page.get_by_role("button", name="Invoke").click()
    page.get_by_role("heading", name="Result").wait_for()
    assert '"double": 42' in page.locator("section.card").inner_text()
    page.get_by_label("Event", exact=True).fill("{}")
    page.get_by_role("button", name="Invoke").click()
    page.get_by_role("heading", name="The function failed").wait_for()
    accessible(page)
    shot(page, "lambda-failed-light")


def test_a_zip_is_uploaded_and_a_wrong_one_is_said(client, browse, shot, tmp_path):
    good, bad = tmp_path / "good.zip", tmp_path / "bad.zip"
    good.write_bytes(
        packages.of_files({"main.py": "def run(event, context):\n    return 1\n"}, 1e9)
    )
    bad.write_bytes(b"no zip")
    page = browse("/lambda/new")
    form = page.locator("form", has_text="From a zip").first
    form.get_by_label("Name").fill("made-of-a-zip")
    form.get_by_label("Handler").fill("main.run")
    form.locator("input[type=file]").set_input_files(bad)
    form.get_by_role("button", name="Upload and create").click()
    page.locator("#trouble .wrong").get_by_text("refused").wait_for()
    shot(page, "lambda-wrong-zip-light")
    form.locator("input[type=file]").set_input_files(good)
    form.get_by_role("button", name="Upload and create").click()
    page.get_by_text("The function made-of-a-zip was made.").wait_for()
    assert client.get_function(FunctionName="made-of-a-zip")


def test_the_values_of_the_environment_are_asked_for(client, browse, shot):
    page = browse(PAGES["environment"])
    assert "not-for-everybody" not in page.content()
    page.get_by_role("button", name="Show the values").click()
    page.get_by_text("not-for-everybody").wait_for()
    page.get_by_role("link", name="Hide the values").click()
    page.get_by_role("button", name="Show the values").wait_for()
    assert "not-for-everybody" not in page.content()


def test_new_lines_appear_by_themselves(client, browse, whole):
    make(client, "told-live")
    client.invoke(FunctionName="told-live", Payload=b'{"prices": [1]}')
    page = browse("/lambda/functions/told-live/logs")
    for _ in range(20):
        if page.locator("#poll").count():
            break
        page.wait_for_timeout(500)
        page.reload()
    client.invoke(FunctionName="told-live", Payload=b'{"prices": [7, 7, 7]}')
    page.get_by_text('event: {"prices": [7, 7, 7]}').wait_for()


def test_a_sample_is_taken_and_kept_with_the_keyboard_alone(client, browse):
    page = browse(f"/lambda/functions/{NAME}/test?sample=sqs")
    page.get_by_label("Keep this event as").focus()
    page.keyboard.type("a message")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Keep"
    page.keyboard.press("Enter")
    page.get_by_text("The event a message is kept until you log out.").wait_for()
    page.get_by_label("Event", exact=True).focus()
    for _ in range(3):
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Invoke"
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Result").wait_for()


def test_a_function_is_deleted_with_the_keyboard_alone(client, browse, accessible):
    make(client, "goes-by-keyboard")
    page = browse("/lambda/functions/goes-by-keyboard/settings", look="dark")
    page.locator("summary", has_text="Delete the function").focus()
    page.keyboard.press("Enter")
    page.locator("#sure:focus").wait_for()
    accessible(page)
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    page.locator("#sure:focus").wait_for()
    page.keyboard.type("goes-by-keyboard")
    page.keyboard.press("Enter")
    page.get_by_text("The function goes-by-keyboard was deleted.").wait_for()
    page.wait_for_url(re.compile("/lambda$"))
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.get_function(FunctionName="goes-by-keyboard")


def test_sources_are_switched_versions_published_and_aliases_led_elsewhere(client, browse):
    page = browse(PAGES["sources"])
    page.get_by_role("button", name="Switch off").click()
    page.get_by_text("The event source was switched off.").wait_for()
    page.get_by_role("link", name="Versions").click()
    page.get_by_label("Description of a new version").fill("by mouse")
    page.get_by_role("button", name="Publish a version").click()
    page.get_by_text(re.compile(r"This is version \d")).wait_for()
    page.locator("summary", has_text="Lead elsewhere").click()
    panel = page.get_by_role("group", name="Lead live elsewhere")
    panel.get_by_label("Version", exact=True).fill("$LATEST")
    panel.get_by_role("button", name="Lead it there").click()
    page.get_by_text("live is version $LATEST.").wait_for()


def test_the_search_finds_while_somebody_types(client, browse):
    page = browse("/lambda")
    page.keyboard.press("/")
    page.keyboard.type(f"{NAME}-2")
    page.wait_for_url(re.compile("search="))
    assert page.locator("tbody tr").count() == 1
