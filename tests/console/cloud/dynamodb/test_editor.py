"""The editor of items: what is written is exactly what stood there, and nobody's change is lost."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeport.console.cloud.dynamodb import values
from homeport.console.cloud.dynamodb.writing import editor

KEY = {"id": {"S": "a"}, "at": {"N": "1"}}
ITEM = {
    **KEY,
    "city": {"S": "Bonn"},
    "total": {"N": "1234567890123456789012345678901234567.5"},
    "seal": {"B": b"\x00\xff"},
    "tags": {"SS": ["red", "new"]},
    "none": {"NULL": True},
}


def there(client, name):
    return client.get_item(TableName=name, Key=KEY, ConsistentRead=True).get("Item")


async def opened(visitor, name, form="plain", **more):
    key = values.encode_key(KEY)
    extra = "".join(f"&{field}={value}" for field, value in more.items())
    page = await visitor.get(f"/dynamodb/tables/{name}/item?key={key}&form={form}{extra}")
    assert page.status == 200, page.text
    return page, page.form(f"/dynamodb/tables/{name}/item")


def changed(form, **changes):
    item = json.loads(form["item"], parse_float=str) | changes
    return {**form, "item": json.dumps(item)}


@pytest.mark.parametrize("form", ["plain", "typed"])
async def test_an_item_saved_as_it_was_shown_stays_exactly_what_it_was(visitor, client, make, form):
    name = make(form)
    client.put_item(TableName=name, Item=ITEM)
    before = there(client, name)
    _, fields = await opened(visitor, name, form)
    page = await visitor.post(f"/dynamodb/tables/{name}/item", fields)
    assert page.status == 303
    assert there(client, name) == before


async def test_a_change_is_written_and_an_attribute_taken_out(visitor, client, make):
    name = make()
    client.put_item(TableName=name, Item=ITEM)
    _, fields = await opened(visitor, name)
    text = (
        fields["item"]
        .replace('"Bonn"', '"Köln <b>"')
        .replace('"none": null', '"new": [1, {"a": true}]')
    )
    page = await visitor.post(f"/dynamodb/tables/{name}/item", {**fields, "item": text})
    assert "The item id = a, at = 1 was changed." in (await visitor.follow(page)).said()
    wanted = {
        **ITEM,
        "city": {"S": "Köln <b>"},
        "new": {"L": [{"N": "1"}, {"M": {"a": {"BOOL": True}}}]},
    }
    del wanted["none"]
    assert there(client, name) == {**wanted, "tags": {"SS": ["new", "red"]}}


async def test_what_somebody_else_has_changed_is_not_lost(visitor, client, make):
    name = make()
    client.put_item(TableName=name, Item=ITEM)
    _, fields = await opened(visitor, name)
    client.put_item(TableName=name, Item={**ITEM, "city": {"S": "Ulm"}, "more": {"N": "1"}})
    text = fields["item"].replace('"Bonn"', '"Köln"')
    page = await visitor.post(f"/dynamodb/tables/{name}/item", {**fields, "item": text})
    assert page.status == 409
    assert "Somebody else has changed this item since it was shown." in page.text
    assert page.rows() == [["city", "Ulm"], ["more", "1"]]
    again = page.form(f"/dynamodb/tables/{name}/item")
    assert "Köln" in again["item"]
    assert there(client, name)["city"] == {"S": "Ulm"}
    merged = again["item"].replace('"city"', '"more": 1,\n  "city"')
    page = await visitor.post(f"/dynamodb/tables/{name}/item", {**again, "item": merged})
    assert page.status == 303
    assert there(client, name)["city"] == {"S": "Köln"}
    assert there(client, name)["more"] == {"N": "1"}


async def test_an_item_that_was_deleted_meanwhile_does_not_come_back(visitor, client, make):
    name = make()
    client.put_item(TableName=name, Item=ITEM)
    _, fields = await opened(visitor, name)
    client.delete_item(TableName=name, Key=KEY)
    page = await visitor.post(f"/dynamodb/tables/{name}/item", fields)
    assert page.status == 409
    assert "has been deleted meanwhile" in page.text
    assert there(client, name) is None


async def test_the_key_cannot_be_changed_but_a_copy_can_be_made(visitor, client, make):
    name = make()
    client.put_item(TableName=name, Item=ITEM)
    page, fields = await opened(visitor, name)
    text = fields["item"].replace('"at": 1', '"at": 2')
    refused = await visitor.post(f"/dynamodb/tables/{name}/item", {**fields, "item": text})
    assert "The key of an item never changes." in refused.text
    copy = await visitor.get(page.links["Make a copy"])
    fields = copy.form(f"/dynamodb/tables/{name}/item")
    same = await visitor.post(f"/dynamodb/tables/{name}/item", fields)
    assert same.status == 409
    assert "There is an item id = a, at = 1 already." in same.text
    text = fields["item"].replace('"at": 1', '"at": 2')
    assert (
        await visitor.post(f"/dynamodb/tables/{name}/item", {**fields, "item": text})
    ).status == 303
    assert client.scan(TableName=name)["Count"] == 2


async def test_a_new_item(visitor, client, make):
    name = make()
    page = await visitor.get(f"/dynamodb/tables/{name}/item")
    fields = page.form(f"/dynamodb/tables/{name}/item")
    assert json.loads(fields["item"]) == {"id": "", "at": 0}
    text = '{"id": "a", "at": 1, "b": {"NS": ["1", "2"]}}'
    page = await visitor.post(f"/dynamodb/tables/{name}/item", {**fields, "item": text})
    assert page.status == 303
    assert there(client, name) == {**KEY, "b": {"NS": ["1", "2"]}}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "This is not JSON"),
        ('{"id": "a"}', "The key needs at."),
        ('{"id": 1, "at": 1}', "was refused"),
        ('{"id": "", "at": 1}', "was refused"),
        ('{"id": "a", "at": 1, "b": {"SS": []}}', "Attribute “b”"),
        ('{"id": "a", "at": 1, "b": "' + "x" * 410_000 + '"}', "Item size"),
    ],
)
async def test_what_is_wrong_is_said_and_what_was_written_stays(visitor, client, make, text, said):
    name = make(str(len(text)))
    page = await visitor.post(f"/dynamodb/tables/{name}/item", {"form": "plain", "item": text})
    assert page.status == 400
    assert said in page.find("div", class_="wrong").text
    assert page.form(f"/dynamodb/tables/{name}/item")["item"] == text
    assert client.scan(TableName=name)["Count"] == 0


async def test_an_item_of_400_kib_is_edited(visitor, client, make):
    name = make()
    client.put_item(TableName=name, Item={**KEY, "text": {"S": "<é>" * 100_000}})
    _, fields = await opened(visitor, name)
    text = fields["item"].replace('"at": 1', '"at": 1, "more": 1')
    page = await visitor.post(f"/dynamodb/tables/{name}/item", {**fields, "item": text})
    assert page.status == 303
    assert there(client, name)["more"] == {"N": "1"}


async def test_an_item_of_many_attributes_is_edited(visitor, client, make):
    name = make()
    item = {**KEY, **{f"a{at}": {"N": str(at)} for at in range(1000)}}
    client.put_item(TableName=name, Item=item)
    _, fields = await opened(visitor, name)
    text = fields["item"].replace('"a500": 500', '"a500": "other"')
    assert (
        await visitor.post(f"/dynamodb/tables/{name}/item", {**fields, "item": text})
    ).status == 303
    assert there(client, name)["a500"] == {"S": "other"}


async def test_an_item_that_no_form_holds_is_shown_to_be_read(visitor, client, make):
    name = make()
    client.put_item(TableName=name, Item={**KEY, "l": {"L": [{"S": "é"}] * 75_000}})
    page = await visitor.get(
        f"/dynamodb/tables/{name}/item?key={values.encode_key(KEY)}&form=typed"
    )
    assert "too long to be edited in a form" in page.text
    assert page.all("textarea") == []


async def test_an_item_that_is_not_there(visitor, make):
    page = await visitor.get(f"/dynamodb/tables/{make()}/item?key={values.encode_key(KEY)}")
    assert page.status == 404
    assert "has no item id = a, at = 1." in page.text


async def test_a_reader_sees_the_item_without_a_form(reader, client, make):
    name = make()
    client.put_item(TableName=name, Item=ITEM)
    page = await reader.get(f"/dynamodb/tables/{name}/item?key={values.encode_key(KEY)}")
    assert page.status == 200
    assert page.all("textarea") == []
    assert "Bonn" in page.find("pre").text


NAMES = st.sampled_from(["id", "a", "b", "c", "d.e"])
VALUES = st.sampled_from([{"S": "x"}, {"N": "1"}, {"SS": ["a"]}, {"L": []}])
ITEMS = st.dictionaries(NAMES, VALUES)


@given(ITEMS, ITEMS)
@settings(deadline=None)
def test_an_update_tells_all_that_differs_and_compares_all_that_was_there(there, item):
    request = editor.update(there, item)
    if there == item:
        assert request is None
        return
    names = request["ExpressionAttributeNames"]
    its = {name: mark for mark, name in names.items()}
    for name in {*there, *item}:
        if there.get(name) != item.get(name):
            assert its[name] in request["UpdateExpression"]
        compared = f"{its[name]} = " if name in there else f"attribute_not_exists({its[name]})"
        if name in there or there.get(name) != item.get(name):
            assert compared in request["ConditionExpression"]
