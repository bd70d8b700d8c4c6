"""What an editor of items must not lose: values of each type, whatever their names, and where one was while something was wrong."""

from __future__ import annotations

import json

import pytest

from homeport.console.asking.troubles import Trouble
from homeport.console.cloud.dynamodb import values
from homeport.console.cloud.dynamodb.writing import editor, plain

KEY = {"id": {"S": "a"}, "at": {"N": "1"}}
OF_EACH_TYPE = {
    "S": {"S": "text"},
    "N": {"N": "-1.5"},
    "B": {"B": b"\x00\xff"},
    "BOOL": {"BOOL": False},
    "NULL": {"NULL": True},
    "M": {"M": {"B": {"B": b"\x01"}, "M": {"M": {"BS": {"BS": [b"\x02"]}}}}},
    "L": {"L": [{"B": b"\x03"}, {"L": [{"NS": ["1", "2"]}]}]},
    "SS": {"SS": ["a", "b"]},
    "NS": {"NS": ["1", "2.5"]},
    "BS": {"BS": [b"\x04", b"\x05"]},
}


def there(client, name, key=None):
    return client.get_item(TableName=name, Key=key or KEY, ConsistentRead=True).get("Item")


def at(name, key=None, **more):
    wire = values.encode_key(values.from_boto(key or KEY))
    extra = "".join(f"&{field}={value}" for field, value in more.items())
    return f"/dynamodb/tables/{name}/item?key={wire}{extra}"


async def edit(visitor, name, change, key=None, **more):
    page = await visitor.get(at(name, key, **more))
    assert page.status == 200, page.text
    fields = page.form(f"/dynamodb/tables/{name}/item")
    fields["item"] = change(fields["item"])
    return await visitor.post(f"/dynamodb/tables/{name}/item", fields)


@pytest.mark.parametrize("form", ["plain", "typed"])
async def test_a_value_of_each_type_is_written_below_a_name_that_is_a_type(
    visitor, client, make, form
):
    name = make(form)
    item = {**KEY, **OF_EACH_TYPE}
    text = editor._text(values.checked(values.from_boto(item)), form)
    page = await visitor.post(f"/dynamodb/tables/{name}/item", {"form": form, "item": text})
    assert page.status == 303, page.text
    assert there(client, name) == item


@pytest.mark.parametrize("kind", list(OF_EACH_TYPE))
def test_an_attribute_named_m_is_of_any_type(kind):
    item = {"M": OF_EACH_TYPE[kind]}
    assert values.to_boto(values.from_boto(item)) == item


@pytest.mark.parametrize("name", ["M", "B", "L", "BS"])
async def test_a_key_may_be_named_as_a_type(visitor, client, make, name):
    table = make(
        f"-{name}",
        sort="",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "B"}],
        KeySchema=[{"AttributeName": name, "KeyType": "HASH"}],
    )
    key = {name: {"B": b"\xff\x00"}}
    client.put_item(TableName=table, Item={**key, "city": {"S": "Bonn"}})
    page = await edit(visitor, table, lambda text: text.replace("Bonn", "Ulm"), key)
    assert page.status == 303, page.text
    assert there(client, table, key)["city"] == {"S": "Ulm"}
    for start in range(3):
        client.put_item(TableName=table, Item={name: {"B": bytes([start])}})
    first = await visitor.get(f"/dynamodb/tables/{table}?page=3")
    second = await visitor.get(first.links["Next"])
    assert len(first.rows()) + len(second.rows()) == 4
    form = {"key": values.encode_key(values.from_boto(key)), "sure": "yes"}
    await visitor.post(f"/dynamodb/tables/{table}/items/delete", form)
    assert there(client, table, key) is None


@pytest.mark.parametrize("form", ["plain", "typed"])
async def test_an_item_that_was_written_wrongly_is_put_right_and_saved(visitor, client, make, form):
    name = make(form)
    client.put_item(TableName=name, Item={**KEY, "city": {"S": "Bonn"}})
    wrong = await edit(visitor, name, lambda text: text + "}", form=form)
    assert wrong.status == 400
    assert wrong.find("main").find("h2").text == "Item id = a, at = 1"
    fields = wrong.form(f"/dynamodb/tables/{name}/item")
    fields["item"] = fields["item"].removesuffix("}").replace("Bonn", "Ulm")
    page = await visitor.post(f"/dynamodb/tables/{name}/item", fields)
    assert page.status == 303, page.text
    assert there(client, name)["city"] == {"S": "Ulm"}


async def test_a_mistake_does_not_hide_what_somebody_else_has_changed(visitor, client, make):
    name = make()
    client.put_item(TableName=name, Item={**KEY, "city": {"S": "Bonn"}})
    page = await visitor.get(at(name))
    fields = page.form(f"/dynamodb/tables/{name}/item")
    client.put_item(TableName=name, Item={**KEY, "city": {"S": "Ulm"}})
    text = fields["item"]
    wrong = await visitor.post(f"/dynamodb/tables/{name}/item", {**fields, "item": "{"})
    again = {**wrong.form(f"/dynamodb/tables/{name}/item"), "item": text}
    page = await visitor.post(f"/dynamodb/tables/{name}/item", again)
    assert page.status == 409
    assert there(client, name)["city"] == {"S": "Ulm"}


async def test_an_item_that_was_deleted_meanwhile_is_made_again_if_that_is_wanted(
    visitor, client, make
):
    name = make()
    client.put_item(TableName=name, Item={**KEY, "city": {"S": "Bonn"}})
    page = await visitor.get(at(name))
    fields = page.form(f"/dynamodb/tables/{name}/item")
    client.delete_item(TableName=name, Key=KEY)
    page = await visitor.post(f"/dynamodb/tables/{name}/item", fields)
    assert page.status == 409
    assert "Create the item" in page.buttons()
    fields = page.form(f"/dynamodb/tables/{name}/item")
    page = await visitor.post(f"/dynamodb/tables/{name}/item", fields)
    assert "The item id = a, at = 1 was made." in (await visitor.follow(page)).said()
    assert there(client, name) == {**KEY, "city": {"S": "Bonn"}}


async def test_what_another_program_adds_between_reading_and_writing_is_kept(client, make):
    """The console has read the item, and a program is quicker than its UpdateItem."""
    name = make()
    item = {**KEY, "city": {"S": "Bonn"}}
    client.put_item(TableName=name, Item=item)
    request = editor.update(item, {**KEY, "city": {"S": "Ulm"}})
    update = {"TableName": name, "Key": KEY, **request}
    client.put_item(TableName=name, Item={**KEY, "city": {"S": "Jena"}})
    with pytest.raises(client.exceptions.ConditionalCheckFailedException):
        client.update_item(**update)
    client.put_item(TableName=name, Item={**item, "seen": {"N": "1"}})
    client.update_item(**update)
    assert there(client, name) == {**KEY, "city": {"S": "Ulm"}, "seen": {"N": "1"}}


async def test_the_other_form_shows_the_same_item(visitor, client, make):
    name = make()
    client.put_item(TableName=name, Item={**KEY, "n": {"N": "1e3"}})
    page = await visitor.get(at(name))
    assert json.loads(page.form(f"/dynamodb/tables/{name}/item")["item"])["n"] == 1000
    typed = await visitor.get(page.links["DynamoDB JSON"])
    assert json.loads(typed.form(f"/dynamodb/tables/{name}/item")["item"])["n"] == {"N": "1000"}
    current = [each.text for each in typed.find("main").all("a", aria_current="page")]
    assert current == ["Items", "DynamoDB JSON"]
    copy = await visitor.get(typed.links["Make a copy"])
    fields = copy.form(f"/dynamodb/tables/{name}/item")
    assert (fields["form"], fields["shown"]) == ("typed", "")
    assert "copy=1" in copy.links["Plain JSON"]


async def test_a_new_item_of_other_types_begins_with_an_empty_key(visitor, make):
    table = make(
        sort="",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "B"}],
    )
    page = await visitor.get(f"/dynamodb/tables/{table}/item")
    assert json.loads(page.find("textarea").raw) == {"id": {"B": ""}}


async def test_an_item_is_deleted_from_its_own_page(visitor, client, make):
    name = make()
    client.put_item(TableName=name, Item=KEY)
    action = f"/dynamodb/tables/{name}/items/delete"
    page = await visitor.get(at(name))
    asked = await visitor.post(action, page.form(action))
    assert "Delete 1 item?" in asked.text
    assert there(client, name)
    page = await visitor.post(action, asked.form(action))
    assert "The item id = a, at = 1 was deleted." in (await visitor.follow(page)).said()
    assert there(client, name) is None


def test_a_plain_item_is_written_as_people_write_json():
    item = {"id": {"S": "a"}, "l": {"L": [{"N": "1"}, {"M": {}}]}, "m": {"M": {"x": {"L": []}}}}
    assert (
        plain.dump(item)
        == """{
  "id": "a",
  "l": [
    1,
    {}
  ],
  "m": {
    "x": []
  }
}"""
    )
    assert plain.dump(item, indent=0) == '{"id": "a", "l": [1, {}], "m": {"x": []}}'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"a": "x\ny"}', "This is not JSON: Invalid control character"),
        ('{"a": -Infinity}', "-Infinity is no number of JSON."),
        ('{"a": {"b": 1, "c": 2, "c": 3}}', "“c” stands twice in one object."),
    ],
)
def test_what_is_no_json_is_said(text, said):
    for load in (plain.load, values.load):
        with pytest.raises(Trouble) as raised:
            load(text)
        assert raised.value.what.startswith(said)
