"""What holds of all forms and searches: nothing typed is lost, the focus stays, the way back leads back, and no script is needed."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect
from tests.console import standing as standings
from tests.e2e.console.conftest import NARROW, WIDE, log_in

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def queue(whole):
    """A queue with two messages; its address."""
    sqs = whole.client("sqs")
    url = sqs.create_queue(QueueName="forms")["QueueUrl"]
    for number in range(2):
        sqs.send_message(QueueUrl=url, MessageBody=f"message {number}")
    return "/sqs/q/forms"


def focused(page):
    """What has the focus."""
    return page.locator(":focus")


def test_a_refused_form_keeps_what_was_typed(browse, queue):
    page = browse(f"{queue}/send")
    page.get_by_label("Body").fill("a long text")
    page.get_by_label("Attributes").fill("no value here")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("alert")).to_contain_text(
        "Line 1 of the attributes is not name = value."
    )
    expect(focused(page)).to_have_id("trouble")
    expect(page.get_by_label("Body")).to_have_value("a long text")
    page.get_by_label("Attributes").fill("size:Number = 5")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("status").first).to_contain_text("The message was sent.")
    expect(page.get_by_role("alert")).to_be_empty()


def test_a_form_that_answers_with_a_page_leads_back(browse, queue):
    page = browse(f"{queue}/messages")
    page.get_by_role("link", name="Receive").click()
    page.get_by_role("button", name="Receive").click()
    page.get_by_role("heading", name="1 message received").wait_for()
    page.go_back()
    expect(page.get_by_role("heading", name="1 message received")).to_have_count(0)
    expect(page.get_by_role("button", name="Receive")).to_be_visible()


def test_the_focus_stays_where_something_was_done(browse, queue):
    page = browse(f"{queue}/receive")
    page.get_by_role("button", name="Receive").click()
    page.get_by_role("button", name="Give back").first.press("Enter")
    expect(focused(page)).to_have_text("The message was given back: it can be received again.")


def test_a_form_is_sent_once(browse, whole):
    page = browse("/sqs/new")
    page.get_by_label("Name", exact=True).fill("forms-once")
    sent = []
    page.on(
        "request", lambda request: sent.append(request.url) if request.method == "POST" else None
    )
    page.get_by_role("button", name="Create the queue").dblclick()
    page.wait_for_url(re.compile("/sqs/q/forms-once$"))
    assert len(sent) == 1


def test_a_search_is_one_step_of_the_way_back(browse, queue):
    page = browse("/stack")
    page.get_by_role("link", name="SQS").click()
    page.get_by_label("Names that begin with").press_sequentially("form", delay=300)
    page.wait_for_url(re.compile("search=form$"))
    page.go_back()
    page.wait_for_url(re.compile("/stack$"))


def test_checks_show_their_results_when_they_are_done(browse):
    page = browse("/stack/rules")
    page.get_by_role("button", name="Check now").click()
    page.get_by_text("Checked 20").wait_for(timeout=60_000)
    expect(page.get_by_text("passed").first).to_be_visible()


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_without_a_script_all_pages_are_reached(whole, chromium, size):
    context = chromium.new_context(
        base_url=whole.console, ignore_https_errors=True, viewport=size, java_script_enabled=False
    )
    page = context.new_page()
    log_in(page, standings.ADMIN)
    link = page.get_by_role("navigation", name="Sections").get_by_role("link", name="SQS")
    if size is NARROW:
        expect(link).to_be_hidden()
        page.get_by_text("Menu", exact=True).click()
    link.click()
    page.wait_for_url(re.compile("/sqs$"))
    page.goto("/stack/endpoints")
    expect(page.get_by_text("Copy", exact=True).first).to_be_hidden()
    context.close()
