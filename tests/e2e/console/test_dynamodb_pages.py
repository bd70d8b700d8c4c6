"""The pages of DynamoDB in a real browser: each page, each action, with the mouse and with the keyboard alone."""

from __future__ import annotations

import json
import re
import urllib.parse

import pytest
from playwright import sync_api

from homeport.console.cloud.dynamodb import values

pytestmark = pytest.mark.e2e
TABLE = "orders"
LONG = "A" * 90 + " <script>alert(1)</script> & “quotes” 🚢"


@pytest.fixture(scope="module")
def client(whole):
    made = whole.client("dynamodb")
    make(
        made,
        TABLE,
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )
    for at in range(60):
        item = {
            "customer": {"S": f"customer-{at % 4}"},
            "at": {"N": str(1_700_000_000 + at)},
            "city": {"S": ("Bonn", "Ulm", LONG)[at % 3]},
            "total": {"N": "12345678901234567890.5"},
            "tags": {"SS": ["new", "paid"]},
            "lines": {"L": [{"M": {"sku": {"S": "a-1"}, "pieces": {"N": "2"}}}]},
            "seal": {"B": b"\x00\xff\x10"},
        }
        made.put_item(TableName=TABLE, Item=item)
    made.update_item(
        TableName=TABLE,
        Key={"customer": {"S": "customer-0"}, "at": {"N": "1700000000"}},
        UpdateExpression="SET city = :c",
        ExpressionAttributeValues={":c": {"S": "Köln"}},
    )
    made.create_backup(TableName=TABLE, BackupName="before-the-sale")
    made.tag_resource(
        ResourceArn=made.describe_table(TableName=TABLE)["Table"]["TableArn"],
        Tags=[{"Key": "team", "Value": "shop"}],
    )
    return made


def make(client, name, **more):
    client.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[
            {"AttributeName": "customer", "AttributeType": "S"},
            {"AttributeName": "at", "AttributeType": "N"},
            {"AttributeName": "city", "AttributeType": "S"},
        ],
        KeySchema=[
            {"AttributeName": "customer", "KeyType": "HASH"},
            {"AttributeName": "at", "KeyType": "RANGE"},
        ],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by-city",
                "KeySchema": [{"AttributeName": "city", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
        **more,
    )


KEY = values.encode_key({"customer": {"S": "customer-0"}, "at": {"N": "1700000000"}})
QUERY = "?by=query&pk=customer-1&op=ge&sk=1700000010&order=desc&f=city&fop=eq&ftype=S&fv=Ulm&fw="
PAGES = {
    "tables": "/dynamodb",
    "none": "/dynamodb?search=nothing-is-called-so",
    "new": "/dynamodb/new",
    "items": f"/dynamodb/tables/{TABLE}",
    "query": f"/dynamodb/tables/{TABLE}{QUERY}",
    "wrong": f"/dynamodb/tables/{TABLE}?f=total&fop=gt&ftype=N&fv=twelve&fw=",
    "item": f"/dynamodb/tables/{TABLE}/item?key={KEY}",
    "item-typed": f"/dynamodb/tables/{TABLE}/item?key={KEY}&form=typed",
    "item-new": f"/dynamodb/tables/{TABLE}/item",
    "partiql": "/dynamodb/partiql?statement=" + urllib.parse.quote(f'SELECT * FROM "{TABLE}"'),
    "indexes": f"/dynamodb/tables/{TABLE}/indexes",
    "stream": f"/dynamodb/tables/{TABLE}/stream",
    "stream-oldest": f"/dynamodb/tables/{TABLE}/stream?from=oldest",
    "backups": f"/dynamodb/tables/{TABLE}/backups",
    "import": f"/dynamodb/tables/{TABLE}/import",
    "settings": f"/dynamodb/tables/{TABLE}/settings",
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page(client, looked_at, name):
    looked_at(PAGES[name], f"dynamodb-{name}")


@pytest.mark.parametrize("name", ["items", "item", "settings"])
def test_a_page_of_a_reader(client, looked_at, name):
    looked_at(PAGES[name], f"dynamodb-{name}-reader", user="reader")


def test_a_table_is_made_filled_and_deleted_with_the_mouse(client, browse, accessible):
    page = browse("/dynamodb")
    page.get_by_role("link", name="Create a table").click()
    page.get_by_label("Name", exact=True).fill("made-by-mouse")
    page.get_by_label("Partition key", exact=True).first.fill("id")
    page.get_by_role("button", name="Create the table").click()
    page.get_by_text("The table made-by-mouse was made.").wait_for()
    page.get_by_role("link", name="Create an item").click()
    page.get_by_label("Attributes").fill('{"id": "<b>x</b>", "n": 12345678901234567890.5}')
    page.get_by_role("button", name="Create the item").click()
    page.get_by_text("The item id = <b>x</b> was made.").wait_for()
    found = client.scan(TableName="made-by-mouse")["Items"]
    assert found == [{"id": {"S": "<b>x</b>"}, "n": {"N": "12345678901234567890.5"}}]
    page.get_by_role("link", name="Settings").click()
    page.locator("summary", has_text="Delete the table").click()
    accessible(page)
    page.get_by_label("Write the name of the table to confirm").fill("made-by-mouse")
    page.get_by_role("button", name="Delete the table").click()
    page.get_by_text("The table made-by-mouse was deleted with all its items.").wait_for()
    assert "made-by-mouse" not in client.list_tables()["TableNames"]


def filled(client, name, number=5):
    make(client, name)
    for at in range(number):
        client.put_item(
            TableName=name,
            Item={"customer": {"S": "ann"}, "at": {"N": str(at)}, "city": {"S": "Bonn"}},
        )


def test_an_item_is_changed_with_the_keyboard_alone(client, browse):
    filled(client, "changed-by-keyboard")
    page = browse("/dynamodb/tables/changed-by-keyboard")
    page.locator("tbody a").first.focus()
    page.keyboard.press("Enter")
    page.get_by_label("Attributes").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type('{"customer": "ann", "at": 0, "city": "Ulm"}')
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Save the changes"
    page.keyboard.press("Enter")
    page.get_by_text("The item customer = ann, at = 0 was changed.").wait_for()
    key = {"customer": {"S": "ann"}, "at": {"N": "0"}}
    assert client.get_item(TableName="changed-by-keyboard", Key=key)["Item"]["city"] == {"S": "Ulm"}


def test_a_change_of_somebody_else_is_shown(client, browse, shot, accessible):
    filled(client, "changed-by-two")
    page = browse("/dynamodb/tables/changed-by-two")
    page.locator("tbody a").first.click()
    page.get_by_label("Attributes").fill('{"customer": "ann", "at": 0, "city": "Ulm"}')
    client.update_item(
        TableName="changed-by-two",
        Key={"customer": {"S": "ann"}, "at": {"N": "0"}},
        UpdateExpression="SET city = :c",
        ExpressionAttributeValues={":c": {"S": "Köln"}},
    )
    page.get_by_role("button", name="Save the changes").click()
    page.get_by_text("Somebody else has changed this item").wait_for()
    accessible(page)
    shot(page, "dynamodb-changed-by-two-light")
    page.get_by_role("button", name="Save the changes").click()
    page.get_by_text("was changed.").wait_for()


def test_several_items_are_ticked_and_deleted(client, browse, shot, accessible):
    filled(client, "ticked")
    page = browse("/dynamodb/tables/ticked")
    delete = page.get_by_role("button", name=re.compile("Delete the ticked items"))
    assert delete.is_disabled()
    boxes = page.locator("tbody input[type=checkbox]")
    boxes.nth(1).check()
    boxes.nth(3).click(modifiers=["Shift"])
    delete.click()
    page.get_by_role("heading", name="Delete 3 items?").wait_for()
    accessible(page)
    shot(page, "dynamodb-delete-light")
    page.get_by_role("button", name="Delete 3 items").click()
    page.get_by_text("3 items were deleted.").wait_for()
    assert client.scan(TableName="ticked")["Count"] == 2


def test_a_query_is_built(client, browse):
    page = browse(f"/dynamodb/tables/{TABLE}")
    page.get_by_label("Find by").select_option("query")
    page.get_by_label("customer (S) =").fill("customer-2")
    page.get_by_label("at (N)").select_option("lt")
    page.get_by_label("Value", exact=True).first.fill("1700000020")
    page.get_by_role("button", name="Find").click()
    page.wait_for_url(re.compile("pk=customer-2"))
    assert page.locator("tbody tr").count() == 5
    page.locator("summary", has_text="The same request for programs").click()
    page.get_by_role("button", name="Copy for AWS CLI").click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("aws dynamodb query")


def test_changes_appear_by_themselves(client, browse):
    page = browse(f"/dynamodb/tables/{TABLE}/stream")
    page.get_by_text("Waiting for changes").wait_for()
    for at in range(2):
        client.put_item(
            TableName=TABLE,
            Item={"customer": {"S": "live"}, "at": {"N": str(at)}, "city": {"S": "X"}},
        )
        page.get_by_text(f"customer = live, at = {at}").wait_for()
    assert page.locator("tbody tr").count() == 3


def test_a_file_is_imported(client, browse, shot, tmp_path):
    make(client, "imported")
    good, bad = tmp_path / "good.jsonl", tmp_path / "bad.jsonl"
    good.write_text("\n".join(json.dumps({"customer": "x", "at": at}) for at in range(100)))
    bad.write_text('{"customer": "x"}\n')
    page = browse("/dynamodb/tables/imported/import")
    page.locator("input[type=file]").set_input_files(bad)
    page.get_by_role("button", name="Import the file").click()
    page.locator("#trouble").get_by_text("line 1: The key needs at.").wait_for()
    shot(page, "dynamodb-import-wrong-light")
    page.locator("input[type=file]").set_input_files(good)
    page.get_by_role("button", name="Import the file").click()
    page.get_by_text("100 items written.").wait_for()
    assert client.scan(TableName="imported", Select="COUNT")["Count"] == 100


def test_an_export_is_a_file(client, browse):
    page = browse(f"/dynamodb/tables/{TABLE}")
    with page.expect_download() as started:
        page.get_by_role("link", name="CSV").click()
    assert started.value.suggested_filename == f"{TABLE}.csv"
    assert started.value.path().read_text().count("customer-") >= 60


def test_a_backup_is_made_and_restored(client, browse):
    filled(client, "backed-up")
    page = browse("/dynamodb/tables/backed-up/backups", size={"width": 375, "height": 740})
    page.get_by_role("button", name="Create the backup").click()
    page.get_by_text(re.compile("The backup .* was made.")).wait_for()
    page.locator("summary", has_text="Restore").click()
    page.get_by_label("Into a new table named").fill("restored")
    page.get_by_role("button", name="Restore", exact=True).click()
    page.wait_for_url(re.compile("/tables/restored$"))
    client.get_waiter("table_exists").wait(
        TableName="restored", WaiterConfig={"Delay": 1, "MaxAttempts": 30}
    )
    page.reload()
    sync_api.expect(page.locator("tbody tr")).to_have_count(5)


def test_the_search_finds_while_somebody_types(client, browse):
    page = browse("/dynamodb")
    page.keyboard.press("/")
    page.keyboard.type("orde")
    page.wait_for_url(re.compile("search=orde"))
    assert page.locator("tbody tr").count() == 1
