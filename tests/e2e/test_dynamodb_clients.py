"""DynamoDB's clients, unmodified, against a running stack: boto3's client and resource, `aws dynamodb`, PynamoDB, raw HTTP."""

from __future__ import annotations

import gzip
import http.client
import json
import sys
import zlib
from decimal import Decimal
from pathlib import Path

import boto3
import harness
import pytest
from boto3.dynamodb.conditions import Attr, Key
from boto3.dynamodb.types import Binary
from pynamodb.attributes import (
    ListAttribute,
    NumberAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
)
from pynamodb.connection import Connection
from pynamodb.exceptions import PutError, TransactWriteError
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]
AWS = str(Path(sys.executable).with_name("aws"))
PRECISE = Decimal("99999999999999999999.999999999999999999")


def make_table(client, name, **more):
    client.create_table(
        TableName=name,
        AttributeDefinitions=[
            {"AttributeName": "id", "AttributeType": "S"},
            {"AttributeName": "at", "AttributeType": "N"},
        ],
        KeySchema=[
            {"AttributeName": "id", "KeyType": "HASH"},
            {"AttributeName": "at", "KeyType": "RANGE"},
        ],
        BillingMode="PAY_PER_REQUEST",
        **more,
    )
    client.get_waiter("table_exists").wait(TableName=name)


@pytest.fixture
def table(shared_stack, request):
    """A table as boto3's resource sees it."""
    name = request.node.name
    make_table(shared_stack.client("dynamodb"), name)
    resource = boto3.resource(
        "dynamodb",
        endpoint_url=shared_stack.endpoint,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    return resource.Table(name)


def test_the_resource_keeps_every_type(table):
    item = {
        "id": "types",
        "at": 1,
        "number": PRECISE,
        "small": Decimal("-1E-130"),
        "binary": Binary(b"\x00\xff"),
        "strings": {"a", "ü"},
        "numbers": {Decimal(1), Decimal("2.5")},
        "binaries": {Binary(b"1")},
        "list": ["a", 1, None, [True, {}]],
        "map": {"deep": {"er": ""}},
    }
    table.put_item(Item=item)
    assert table.get_item(Key={"id": "types", "at": 1})["Item"] == item


def test_the_resource_pages_through_queries_and_scans(table):
    with table.batch_writer() as batch:
        for number in range(120):
            batch.put_item(
                Item={"id": f"p{number % 2}", "at": number, "text": "x" * 20_000, "number": number}
            )
    found, more = [], {}
    while more is not None:
        page = table.query(
            KeyConditionExpression=Key("id").eq("p1") & Key("at").between(11, 111),
            FilterExpression=Attr("number").ne(13),
            ScanIndexForward=False,
            **more,
        )
        found += [int(item["at"]) for item in page["Items"]]
        last = page.get("LastEvaluatedKey")
        more = None if last is None else {"ExclusiveStartKey": last}
    assert found == [number for number in range(111, 10, -2) if number != 13]
    segments = [
        item["at"]
        for segment in range(3)
        for page in table.meta.client.get_paginator("scan").paginate(
            TableName=table.name,
            TotalSegments=3,
            Segment=segment,
            ProjectionExpression="#at",
            ExpressionAttributeNames={"#at": "at"},
        )
        for item in page["Items"]
    ]
    assert sorted(segments) == list(range(120))


def test_the_resource_updates_under_conditions(table):
    key = {"id": "counter", "at": 0}
    for _ in range(3):
        table.update_item(
            Key=key, UpdateExpression="ADD hits :one", ExpressionAttributeValues={":one": 1}
        )
    failed = table.meta.client.exceptions.ConditionalCheckFailedException
    with pytest.raises(failed) as caught:
        table.delete_item(
            Key=key,
            ConditionExpression=Attr("hits").gt(3),
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )
    assert caught.value.response["Item"]["hits"] == {"N": "3"}
    old = table.delete_item(Key=key, ConditionExpression=Attr("hits").eq(3), ReturnValues="ALL_OLD")
    assert old["Attributes"]["hits"] == 3


def test_streams_tell_of_every_change(shared_stack):
    client, streams = shared_stack.client("dynamodb"), shared_stack.client("dynamodbstreams")
    view = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
    make_table(client, "streamed", StreamSpecification=view)
    for text in ("one", "two"):
        client.put_item(
            TableName="streamed", Item={"id": {"S": "a"}, "at": {"N": "1"}, "text": {"S": text}}
        )
    client.delete_item(TableName="streamed", Key={"id": {"S": "a"}, "at": {"N": "1"}})
    arn = streams.list_streams(TableName="streamed")["Streams"][0]["StreamArn"]
    shard = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]["ShardId"]
    where = streams.get_shard_iterator(
        StreamArn=arn, ShardId=shard, ShardIteratorType="TRIM_HORIZON"
    )["ShardIterator"]
    records = streams.get_records(ShardIterator=where)["Records"]
    assert [record["eventName"] for record in records] == ["INSERT", "MODIFY", "REMOVE"]
    assert records[1]["dynamodb"]["OldImage"]["text"] == {"S": "one"}


def aws(stack, *arguments):
    done = harness.run(AWS, "dynamodb", *arguments, env=stack.aws_environment)
    return json.loads(done.stdout) if done.stdout.strip() else {}


def test_the_aws_command(shared_stack):
    aws(shared_stack, "create-table", "--table-name", "cli", "--billing-mode", "PAY_PER_REQUEST",
        "--attribute-definitions", "AttributeName=id,AttributeType=S",
        "--key-schema", "AttributeName=id,KeyType=HASH")  # fmt: skip
    aws(shared_stack, "wait", "table-exists", "--table-name", "cli")
    for name in ("a", "b"):
        item = json.dumps({"id": {"S": name}, "tags": {"SS": ["x", "y"]}})
        aws(shared_stack, "put-item", "--table-name", "cli", "--item", item)
    aws(shared_stack, "update-item", "--table-name", "cli", "--key", '{"id": {"S": "a"}}',
        "--update-expression", "SET n = :n", "--expression-attribute-values", '{":n": {"N": "1"}}')  # fmt: skip
    found = aws(shared_stack, "query", "--table-name", "cli", "--key-condition-expression", "id = :id",
                "--expression-attribute-values", '{":id": {"S": "a"}}')  # fmt: skip
    assert found["Items"] == [{"id": {"S": "a"}, "tags": {"SS": ["x", "y"]}, "n": {"N": "1"}}]
    said = aws(
        shared_stack, "execute-statement", "--statement", "SELECT id FROM cli WHERE id = 'b'"
    )
    assert said["Items"] == [{"id": {"S": "b"}}]
    assert aws(shared_stack, "scan", "--table-name", "cli", "--select", "COUNT")["Count"] == 2


class ByTeam(GlobalSecondaryIndex):
    class Meta:
        index_name = "by_team"
        projection = AllProjection()

    team = UnicodeAttribute(hash_key=True)
    age = NumberAttribute(range_key=True)


class Person(Model):
    class Meta:
        table_name = "people"
        region = "us-east-1"
        billing_mode = "PAY_PER_REQUEST"
        aws_access_key_id = "test"
        aws_secret_access_key = "test"

    name = UnicodeAttribute(hash_key=True)
    team = UnicodeAttribute()
    age = NumberAttribute(default=0)
    skills = UnicodeSetAttribute(default=set)
    history = ListAttribute(default=list)
    by_team = ByTeam()


def age_where_nobody_exists(stack, person):
    connection = Connection(region="us-east-1", host=stack.endpoint)
    with TransactWrite(connection=connection) as transaction:
        transaction.update(person, actions=[Person.age.set(99)])
        transaction.condition_check(Person, "nobody", condition=Person.name.exists())


def test_pynamodb(shared_stack):
    Person.Meta.host = shared_stack.endpoint
    Person._connection = None  # the test may have run against another stack before
    Person.create_table(wait=True)
    with Person.batch_write() as batch:
        for number in range(30):
            batch.save(Person(f"p{number:02}", team=f"t{number % 3}", age=number))
    elders = Person.by_team.query("t1", ByTeam.age >= 20, scan_index_forward=False)
    assert [person.name for person in elders] == ["p28", "p25", "p22"]
    person = Person.get("p00")
    person.update(
        actions=[Person.skills.add({"go"}), Person.history.set(Person.history.append(["x"]))]
    )
    assert (person.skills, person.history) == ({"go"}, ["x"])
    with pytest.raises(PutError, match="conditional request failed"):
        Person("p00", team="none").save(condition=Person.name.does_not_exist())
    assert Person.count() == 30
    with pytest.raises(TransactWriteError):
        age_where_nobody_exists(shared_stack, person)
    person.refresh()
    assert person.age == 0


def raw(stack, target, body, **headers):
    """One request by hand."""
    connection = http.client.HTTPConnection("127.0.0.1", stack.cloud_port, timeout=10)
    said = {
        "X-Amz-Target": f"DynamoDB_20120810.{target}",
        "Content-Type": "application/x-amz-json-1.0",
        "X-Amz-Date": "20261123T000000Z",
        "Authorization": "AWS4-HMAC-SHA256 Credential=test/20261123/us-east-1/dynamodb/aws4_request, "
        "SignedHeaders=host, Signature=00",
        **headers,
    }
    connection.request("POST", "/", body, said)
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    return answer.status, answer.headers, text


def test_compressed_both_ways(shared_stack):
    make_table(shared_stack.client("dynamodb"), "compressed")
    item = {"id": {"S": "a"}, "at": {"N": "1"}, "text": {"S": "x" * 100_000}}
    body = gzip.compress(json.dumps({"TableName": "compressed", "Item": item}).encode())
    status, _, text = raw(shared_stack, "PutItem", body, **{"Content-Encoding": "gzip"})
    assert (status, text) == (200, b"{}")
    asked = json.dumps({"TableName": "compressed", "Key": {"id": item["id"], "at": item["at"]}})
    status, headers, text = raw(
        shared_stack, "GetItem", asked.encode(), **{"Accept-Encoding": "gzip"}
    )
    assert (status, headers["Content-Encoding"]) == (200, "gzip")
    assert int(headers["x-amz-crc32"]) == zlib.crc32(text)
    assert len(text) < 1000
    assert json.loads(gzip.decompress(text)) == {"Item": item}


def test_tables_items_and_indexes_survive_a_restart(stack):
    client = stack.client("dynamodb")
    make_table(client, "kept")
    for number in range(50):
        client.put_item(TableName="kept", Item={"id": {"S": "a"}, "at": {"N": str(number)}})
    stack.down()
    stack.up()
    found = stack.client("dynamodb").query(
        TableName="kept",
        KeyConditionExpression="id = :id",
        ExpressionAttributeValues={":id": {"S": "a"}},
    )
    assert [int(item["at"]["N"]) for item in found["Items"]] == list(range(50))
