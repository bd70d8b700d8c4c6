"""The local AWS of another account and region, in a real browser: what a script does must stay there too."""

from __future__ import annotations

import json
import secrets

import pytest
from tests.e2e.console.conftest import NARROW

pytestmark = pytest.mark.e2e

ACCOUNT, REGION = "123456789012", "eu-west-1"
FAR = f"/in/{ACCOUNT}/{REGION}"
DROP = """(place) => {
  const data = new DataTransfer();
  data.items.add(new File(["dropped"], "dropped.txt", { type: "text/plain" }));
  const event = (type) => new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: data });
  const target = document.querySelector(place);
  return ["dragover", "drop"].map((type) => !target.dispatchEvent(event(type)));
}"""


@pytest.fixture
def far(whole):
    """Clients of the other account and region."""

    return lambda service: whole.of(service, REGION, ACCOUNT)


@pytest.fixture
def bucket(far):
    name = f"far-{secrets.token_hex(4)}"
    far("s3").create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    return name


def test_files_are_uploaded(browse, bucket, far, tmp_path):
    (tmp_path / "a.txt").write_text("text")
    page = browse(f"{FAR}/s3/{bucket}?prefix=docs/")
    page.locator("input[type=file]").first.set_input_files(tmp_path / "a.txt")
    page.get_by_text("1 of 1 uploaded.").wait_for()
    page.get_by_role("link", name="a.txt").click()
    page.get_by_text(f"s3://{bucket}/docs/a.txt").wait_for()
    assert page.url.endswith(f"{FAR}/s3/{bucket}/object?key=docs%2Fa.txt")
    assert far("s3").get_object(Bucket=bucket, Key="docs/a.txt")["Body"].read() == b"text"


@pytest.mark.parametrize("place", ["[data-upload]", "h1", "nav.side"])
def test_a_file_is_dropped_anywhere(browse, bucket, far, place):
    """Beside the frame the browser would open it in place of the page."""
    page = browse(f"{FAR}/s3/{bucket}")
    assert page.evaluate(DROP, place) == [True, True]
    page.get_by_text("1 of 1 uploaded.").wait_for()
    assert not page.locator(".drop.over").count()
    assert far("s3").get_object(Bucket=bucket, Key="dropped.txt")["Body"].read() == b"dropped"


def test_what_was_deleted_comes_back(browse, bucket, far, looked_at):
    s3 = far("s3")
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    s3.put_object(Bucket=bucket, Key="lost.txt", Body=b"found")
    s3.delete_object(Bucket=bucket, Key="lost.txt")
    page = browse(f"{FAR}/s3/{bucket}")
    page.get_by_label("Deleted objects too").check()
    page.get_by_role("link", name="lost.txt").click()
    row = page.get_by_role("row").filter(has_text="delete marker")
    row.locator("summary").click()
    row.get_by_role("button", name="Delete").click()
    page.get_by_text("The version was deleted.").wait_for()
    assert s3.get_object(Bucket=bucket, Key="lost.txt")["Body"].read() == b"found"
    s3.delete_object(Bucket=bucket, Key="lost.txt")
    looked_at(f"{FAR}/s3/{bucket}?deleted=1", "s3-deleted")


def test_a_function_is_changed_and_invoked(browse, far):
    name = f"far-{secrets.token_hex(4)}"
    page = browse(f"{FAR}/lambda/new")
    form = page.locator("form").filter(has_text="Create from the template")
    form.get_by_label("Name").fill(name)
    form.get_by_role("button").click()
    page.get_by_text(f"The function {name} was made.").wait_for()
    page.get_by_role("link", name="Test", exact=True).click()
    page.get_by_role("button", name="Invoke").click()
    page.get_by_role("heading", name="What it returned").wait_for()
    assert page.url.endswith(f"{FAR}/lambda/functions/{name}/test")
    assert far("lambda").get_function(FunctionName=name)["Configuration"]["FunctionName"] == name


def test_a_message_is_sent_and_seen(browse, far):
    name = f"far-{secrets.token_hex(4)}"
    url = far("sqs").create_queue(QueueName=name)["QueueUrl"]
    page = browse(f"{FAR}/sqs/q/{name}/send", size=NARROW)
    page.get_by_label("Body").fill(json.dumps({"order": 1}))
    page.get_by_role("button", name="Send", exact=True).click()
    page.get_by_role("cell", name='{"order": 1}').wait_for()
    assert far("sqs").receive_message(QueueUrl=url)["Messages"][0]["Body"] == '{"order": 1}'
