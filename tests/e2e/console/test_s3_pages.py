"""The local AWS, its requests and S3, in a real browser."""

from __future__ import annotations

import re
import secrets
from pathlib import Path

import pytest
from botocore.exceptions import ClientError
from playwright.sync_api import expect
from tests.e2e.console.conftest import NARROW

pytestmark = pytest.mark.e2e

LONG = "a-folder-with-a-long-name/" + "of-many-words-" * 20 + ".txt"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63f8cfc0f01f0005000201a5e5d6b90000000049454e44ae426082"
)


@pytest.fixture
def s3(whole):
    return whole.client("s3")


@pytest.fixture
def bucket(s3):
    """One with folders, versions, a long name and hostile ones."""
    name = f"pages-{secrets.token_hex(4)}"
    s3.create_bucket(Bucket=name)
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    for key in ("photos/a.png", "photos/b.png", "photos/2026/c.png"):
        s3.put_object(Bucket=name, Key=key, Body=PNG, ContentType="image/png")
    for key in (LONG, "line\nbreak", "<b>bold", "100% ☃.txt"):
        s3.put_object(Bucket=name, Key=key, Body=b"some text", ContentType="text/plain")
    for text in ('{"version": 1}', '{"version": 2}'):
        s3.put_object(
            Bucket=name,
            Key="settings.json",
            Body=text.encode(),
            ContentType="application/json",
            Metadata={"owner": "ann"},
            Tagging="team=blue",
        )
    return name


def keys(s3, bucket):
    return [each["Key"] for each in s3.list_objects_v2(Bucket=bucket).get("Contents", [])]


# Looks


def test_the_overview(looked_at):
    looked_at("/cloud", "cloud")


def test_the_requests(whole, looked_at):
    with pytest.raises(ClientError):
        whole.client("s3").get_object(Bucket="not-there", Key="a/" + "long" * 90)
    whole.client("sqs").list_queues()
    looked_at("/cloud/requests", "cloud-requests")


def test_one_request(whole, browse, looked_at):
    with pytest.raises(ClientError):
        whole.client("s3").get_object(Bucket="not-there", Key="k")
    page = browse("/cloud/requests?errors=1")
    page.get_by_role("link", name="GetObject").first.click()
    page.get_by_text("There is no bucket of this name.").wait_for()
    looked_at(re.sub("^https?://[^/]+", "", page.url), "cloud-request")


def test_the_buckets(bucket, looked_at):
    looked_at("/s3", "s3")


def test_a_bucket(bucket, looked_at):
    looked_at(f"/s3/{bucket}", "s3-bucket")


def test_an_empty_bucket(s3, looked_at):
    name = f"empty-{secrets.token_hex(4)}"
    s3.create_bucket(Bucket=name)
    looked_at(f"/s3/{name}", "s3-empty")


def test_settings(bucket, looked_at):
    looked_at(f"/s3/{bucket}/settings", "s3-settings")


@pytest.mark.parametrize("view", ["object", "versions", "share", "change"])
def test_an_object(bucket, looked_at, view):
    looked_at(f"/s3/{bucket}/object?key=settings.json&view={view}", f"s3-{view}")


def test_an_image(bucket, browse, looked_at):
    address = f"/s3/{bucket}/object?key=photos/a.png"
    looked_at(address, "s3-image")
    page = browse(address)
    image = page.locator("img.preview")
    image.wait_for()
    assert image.evaluate("each => each.naturalWidth") == 1


def test_a_question(bucket, browse, shot, accessible):
    page = browse(f"/s3/{bucket}", size=NARROW, look="dark")
    page.get_by_role("checkbox", name="photos/").check()
    page.get_by_role("button", name="Delete the ticked objects").click()
    page.get_by_role("heading", name="Delete 3 objects?").wait_for()
    shot(page, "s3-question-dark")
    accessible(page)


# With the mouse


def test_a_bucket_is_made(browse, s3):
    name = f"made-{secrets.token_hex(4)}"
    page = browse("/s3")
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Keep former versions").check()
    page.get_by_role("button", name="Create the bucket").click()
    page.get_by_text(f"The bucket {name} was made.").wait_for()
    assert s3.get_bucket_versioning(Bucket=name)["Status"] == "Enabled"


def test_the_state_of_a_bucket_comes_with_its_row(browse, bucket):
    page = browse(f"/s3?search={bucket}")
    page.get_by_role("cell", name="versions", exact=True).wait_for()


def test_search_as_one_types(browse, bucket):
    page = browse(f"/s3/{bucket}")
    page.get_by_label("Names that begin with").press_sequentially("set")
    page.get_by_role("link", name="100% ☃.txt").wait_for(state="detached")
    assert page.get_by_role("link", name="settings.json").is_visible()
    assert page.url.endswith("search=set")


def test_folders(browse, bucket):
    page = browse(f"/s3/{bucket}")
    page.get_by_role("link", name="photos/").click()
    page.get_by_role("link", name="2026/").click()
    page.get_by_role("link", name="c.png").wait_for()
    page.get_by_label("Folders").get_by_role("link", name="photos").click()
    page.get_by_role("link", name="b.png").wait_for()


def test_counting(browse, bucket):
    page = browse(f"/s3/{bucket}")
    page.get_by_role("link", name="Count").click()
    page.get_by_text("8 objects,").wait_for()


@pytest.mark.parametrize("key", ["line\nbreak", "<b>bold", "100% ☃.txt"])
def test_a_hostile_key_is_renamed(browse, bucket, s3, key):
    page = browse(f"/s3/{bucket}")
    page.get_by_role("link", name=key.replace("\n", "␊")).last.click()
    page.get_by_role("link", name="Change").click()
    field = page.get_by_label("To key")
    field.fill(
        field.input_value().replace("100%", "200%").replace("break", "b").replace("bold", "B")
    )
    page.get_by_role("button", name="Move").click()
    page.get_by_text("It was moved to").wait_for()
    renamed = key.replace("100%", "200%").replace("break", "b").replace("bold", "B")
    assert renamed in keys(s3, bucket)
    assert key not in keys(s3, bucket)


def test_several_are_deleted(browse, bucket, s3):
    page = browse(f"/s3/{bucket}")
    for name in ("line␊break", "photos/"):
        page.get_by_role("checkbox", name=name).check()
    page.get_by_text("Delete the ticked objects (2)").wait_for()
    page.get_by_role("button", name="Delete the ticked objects").click()
    page.get_by_role("button", name="Delete", exact=True).click()
    page.get_by_text("4 objects were deleted.").wait_for()
    assert not [key for key in keys(s3, bucket) if key.startswith(("line", "photos"))]


def test_an_object_is_deleted_and_comes_back(browse, bucket, s3):
    page = browse(f"/s3/{bucket}/object?key=settings.json&view=change")
    page.locator("#delete-object summary").click()
    page.get_by_role("group").get_by_role("button", name="Delete").click()
    page.get_by_text("settings.json was deleted.").wait_for()
    page.goto(f"/s3/{bucket}/object?key=settings.json&view=versions")
    row = page.get_by_role("row").filter(has_text="delete marker")
    row.locator("summary").click()
    row.get_by_role("button", name="Delete").click()
    page.get_by_text("The version was deleted.").wait_for()
    assert s3.get_object(Bucket=bucket, Key="settings.json")["Body"].read() == b'{"version": 2}'


def test_an_old_version_is_restored(browse, bucket, s3):
    page = browse(f"/s3/{bucket}/object?key=settings.json&view=versions")
    page.get_by_role("button", name="Restore").click()
    page.get_by_text("The version is the newest one now.").wait_for()
    assert s3.get_object(Bucket=bucket, Key="settings.json")["Body"].read() == b'{"version": 1}'


def test_a_download(browse, bucket):
    page = browse(f"/s3/{bucket}/object?key=100%25%20%E2%98%83.txt")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Download").click()
    assert waiting.value.suggested_filename == "100% ☃.txt"
    assert Path(waiting.value.path()).read_bytes() == b"some text"


def test_nothing_stored_runs(browse, bucket, s3):
    """A page and a picture with scripts in them, opened by their addresses."""
    script = (
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>document.title = 'ran'</script></svg>"
    )
    s3.put_object(Bucket=bucket, Key="evil.svg", Body=script, ContentType="image/svg+xml")
    # In a page of its own: that its script was refused is said in the browser's console, where the fixture looks.
    other = browse("/s3").context.new_page()
    other.goto(f"/s3/{bucket}/object/look?key=evil.svg")
    assert other.title() != "ran"
    assert other.evaluate("origin") == "null"


def test_settings_are_changed(browse, bucket, s3):
    page = browse(f"/s3/{bucket}/settings")
    section = page.get_by_role("region", name="Cross-origin requests (CORS)")
    section.locator("summary").click()
    section.get_by_role("button", name="Save").click()
    page.get_by_text("Cross-origin requests (CORS): saved.").wait_for()
    assert s3.get_bucket_cors(Bucket=bucket)["CORSRules"]


def test_a_bucket_is_emptied_and_deleted(browse, bucket, s3):
    page = browse(f"/s3/{bucket}/settings")
    page.get_by_role("link", name="Empty it…").click()
    page.get_by_label("Enter the name of the bucket").fill(bucket)
    page.get_by_role("button", name="Delete all objects and the bucket").click()
    page.get_by_text(f"The bucket {bucket} was deleted, with 9 objects.").wait_for()
    with pytest.raises(ClientError):
        s3.head_bucket(Bucket=bucket)


def test_the_log_of_requests_is_live(browse, whole):
    page = browse("/cloud/requests?service=sqs")
    name = f"live-{secrets.token_hex(4)}"
    whole.client("sqs").create_queue(QueueName=name)
    page.get_by_role("link", name="CreateQueue").first.wait_for()


def test_filters_of_the_requests(browse, whole):
    whole.client("sqs").list_queues()
    whole.client("sns").list_topics()
    page = browse("/cloud/requests")
    page.get_by_label("Service").select_option("sns")
    page.wait_for_url(re.compile("service=sns"))
    assert page.get_by_role("link", name="ListTopics").first.is_visible()
    assert page.get_by_role("link", name="ListQueues").count() == 0


# Uploads


def test_files_are_uploaded(browse, bucket, s3, tmp_path, shot, accessible):
    large = tmp_path / "large.bin"
    large.write_bytes(b"x" * (9 * 2**20))
    small = tmp_path / "ünïcode & 100%.txt"
    small.write_text("small")
    page = browse(f"/s3/{bucket}?prefix=new/")
    page.locator("input[type=file]").first.set_input_files([large, small])
    page.get_by_text("2 of 2 uploaded.").wait_for()
    page.get_by_role("link", name="large.bin").wait_for()
    assert s3.head_object(Bucket=bucket, Key="new/large.bin")["ContentLength"] == 9 * 2**20
    assert s3.get_object(Bucket=bucket, Key="new/ünïcode & 100%.txt")["Body"].read() == b"small"
    shot(page, "s3-uploaded")
    accessible(page)


def test_what_is_there_is_asked_about(browse, bucket, s3, tmp_path, shot, accessible):
    for number in range(3):
        (tmp_path / f"{number}.txt").write_text("new")
    s3.put_object(Bucket=bucket, Key="1.txt", Body=b"old")
    s3.put_object(Bucket=bucket, Key="2.txt", Body=b"old")
    page = browse(f"/s3/{bucket}", size=NARROW)
    files = sorted(tmp_path.glob("*.txt"))
    page.locator("input[type=file]").first.set_input_files(files)
    page.get_by_text("1 of 3 uploaded, 2 are there already.").wait_for()
    shot(page, "s3-asked")
    accessible(page)
    page.get_by_role("button", name="Leave them").click()
    assert s3.get_object(Bucket=bucket, Key="1.txt")["Body"].read() == b"old"
    page.locator("input[type=file]").first.set_input_files(files)
    page.get_by_role("button", name="Replace all that are there").click()
    page.get_by_text("3 of 3 uploaded.").wait_for()
    assert s3.get_object(Bucket=bucket, Key="1.txt")["Body"].read() == b"new"


def test_a_large_file_is_asked_about_before_it_is_sent(browse, bucket, s3, tmp_path):
    large = tmp_path / "large.bin"
    large.write_bytes(b"x" * (60 * 2**20))
    s3.put_object(Bucket=bucket, Key="large.bin", Body=b"old")
    page = browse(f"/s3/{bucket}")
    page.locator("input[type=file]").first.set_input_files(large)
    page.get_by_text("0 of 1 uploaded, 1 are there already.").wait_for()


def test_more_than_have_room_wait_for_their_turn(browse, bucket, s3, tmp_path):
    files = [tmp_path / f"{number}.bin" for number in range(5)]
    for file in files:
        file.write_bytes(b"x" * (12 * 2**20))
    one, other = browse(f"/s3/{bucket}"), browse(f"/s3/{bucket}?prefix=other/")
    for page in (one, other):
        page.locator("input[type=file]").first.set_input_files(files)
    for page in (one, other):
        page.get_by_text("5 of 5 uploaded.").wait_for(timeout=60_000)
    assert len([key for key in keys(s3, bucket) if key.endswith(".bin")]) == 10


def test_a_folder_is_dropped(browse, bucket, s3):
    """Entries of a folder come by an interface of their own, which a page cannot make; so the script's is replaced."""
    page = browse(f"/s3/{bucket}")
    page.evaluate(DROP)
    page.get_by_text("3 of 3 uploaded.").wait_for()
    assert {"top/a.txt", "top/deep/b.txt", "top/deep/é c.txt"} <= set(keys(s3, bucket))


DROP = """() => {
  const file = (name) => ({ isFile: true, name, file: (good) => good(new File(["text"], name)) });
  const folder = (name, inside) => ({ isFile: false, name, createReader: () => {
    const pieces = [...inside.map((each) => [each]), []];
    return { readEntries: (good) => good(pieces.shift()) };
  } });
  const top = folder("top", [file("a.txt"), folder("deep", [file("b.txt"), file("é c.txt")])]);
  const event = new Event("drop", { bubbles: true, cancelable: true });
  event.dataTransfer = { items: [{ webkitGetAsEntry: () => top }] };
  document.querySelector("[data-upload]").dispatchEvent(event);
}"""


def test_an_upload_is_cancelled(browse, bucket, s3, tmp_path):
    large = tmp_path / "large.bin"
    large.write_bytes(b"x" * (30 * 2**20))
    page = browse(f"/s3/{bucket}")
    session = page.context.new_cdp_session(page)
    session.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 2**20},
    )
    page.locator("input[type=file]").first.set_input_files(large)
    page.get_by_role("button", name="Cancel large.bin").click()
    page.get_by_text("0 of 1 uploaded, 1 failed.").wait_for()
    assert "large.bin" not in keys(s3, bucket)
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=bucket)


def test_a_refusal_is_said_beside_the_file(browse, s3, tmp_path):
    name = f"gone-{secrets.token_hex(4)}"
    s3.create_bucket(Bucket=name)
    (tmp_path / "a.txt").write_text("a")
    page = browse(f"/s3/{name}")
    s3.delete_bucket(Bucket=name)
    page.locator("input[type=file]").first.set_input_files(tmp_path / "a.txt")
    page.get_by_text("The specified bucket does not exist").wait_for()


# With the keyboard alone


def tab_to(page, role, name):
    """Presses Tab until something has the focus; fails where nothing of that name ever does."""
    for _ in range(120):
        page.keyboard.press("Tab")
        found = page.evaluate(
            "() => { const e = document.activeElement; return [e.tagName, (e.getAttribute('aria-label') || e.labels?.[0]?.textContent || e.textContent).trim()]; }"
        )
        if found[0] == role and found[1].split(":")[0] == name:
            return
    raise AssertionError(f"no {role} {name} is reached by the keyboard")


def test_a_bucket_by_the_keyboard(browse, s3):
    name = f"keyed-{secrets.token_hex(4)}"
    page = browse("/s3")
    tab_to(page, "INPUT", "Name")
    page.keyboard.type(name)
    page.keyboard.press("Enter")
    page.get_by_text(f"The bucket {name} was made.").wait_for()
    tab_to(page, "INPUT", "Name")
    page.keyboard.type("a folder")
    page.keyboard.press("Enter")
    page.get_by_text("The folder a folder was made.").wait_for()
    assert keys(s3, name) == ["a folder/"]


def test_search_and_delete_by_the_keyboard(browse, bucket, s3):
    page = browse(f"/s3/{bucket}")
    page.keyboard.press("/")
    page.keyboard.type("set")
    page.get_by_role("link", name="100% ☃.txt").wait_for(state="detached")
    tab_to(page, "INPUT", "settings.json")
    page.keyboard.press("Space")
    tab_to(page, "BUTTON", "Delete the ticked objects (1)")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Delete 1 object?").wait_for()
    tab_to(page, "BUTTON", "Delete")
    page.keyboard.press("Enter")
    page.get_by_text("1 object was deleted.").wait_for()
    assert "settings.json" not in keys(s3, bucket)


def test_choosing_files_is_reached_by_the_keyboard(browse, bucket):
    page = browse(f"/s3/{bucket}")
    # Choosers are caught some time after that was asked for.
    with page.expect_file_chooser():
        tab_to(page, "BUTTON", "Choose files")
        page.keyboard.press("Enter")


def test_a_reader_finds_nothing_to_change(browse, bucket, accessible):
    page = browse(f"/s3/{bucket}", user="reader")
    page.get_by_role("link", name="settings.json").wait_for()
    assert page.get_by_role("table").get_by_role("checkbox").count() == 0
    assert page.locator("input[type=file]").count() == 0
    accessible(page)


def test_without_a_script(whole, chromium, bucket):
    """Looking, searching, deleting: all by links and forms."""
    context = chromium.new_context(
        base_url=whole.console, ignore_https_errors=True, java_script_enabled=False
    )
    page = context.new_page()
    page.goto("/login")
    page.get_by_label("Name").fill("admin")
    page.get_by_label("Password").fill("a password for tests")
    page.get_by_role("button", name="Log in").click()
    page.goto(f"/s3/{bucket}")
    page.get_by_label("Names that begin with").fill("set")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("checkbox", name="settings.json").check()
    page.get_by_role("button", name="Delete the ticked objects").click()
    page.get_by_role("button", name="Delete", exact=True).click()
    page.get_by_text("1 object was deleted.").wait_for()
    context.close()


def test_rows_that_come_in_are_not_ticked(browse, bucket):
    page = browse(f"/s3/{bucket}")
    button = page.get_by_role("button", name=re.compile("Delete the ticked"))
    page.get_by_role("checkbox", name="settings.json").check()
    expect(button).to_be_enabled()
    with page.expect_response(re.compile("search=set")):
        page.get_by_label("Names that begin with").press_sequentially("set")
    expect(page.get_by_role("checkbox", name="settings.json")).not_to_be_checked()
    expect(button).to_be_disabled()
    expect(button).to_contain_text("(0)")
