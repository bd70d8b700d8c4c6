import pytest

from homeport.aws.dynamodb.items import change
from homeport.aws.dynamodb.items import key as keys
from homeport.aws.dynamodb.streams import upkeep

A = {"id": {"S": "a"}}


async def test_a_record_as_aws_answers_it(streams, client, clock):
    # https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetRecords.html#API_streams_GetRecords_Examples
    arn = await streams.make()
    await client.clock.advance(0.987)
    await client.put({**A, "n": {"N": "1"}})
    (record,) = await streams.records(arn)
    event = record.pop("eventID")
    assert len(event) == 32
    number = record["dynamodb"].pop("SequenceNumber")
    assert len(number) == 21
    assert record == {
        "eventName": "INSERT",
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": "us-east-1",
        "dynamodb": {
            "ApproximateCreationDateTime": 1_700_000_000,
            "Keys": A,
            "NewImage": {**A, "n": {"N": "1"}},
            "SizeBytes": 3 + 3 + 3,
            "StreamViewType": "NEW_AND_OLD_IMAGES",
        },
    }


VIEWS = {
    "KEYS_ONLY": (set(), set(), set()),
    "NEW_IMAGE": ({"NewImage"}, {"NewImage"}, set()),
    "OLD_IMAGE": (set(), {"OldImage"}, {"OldImage"}),
    "NEW_AND_OLD_IMAGES": ({"NewImage"}, {"NewImage", "OldImage"}, {"OldImage"}),
}


@pytest.mark.parametrize("view", VIEWS)
async def test_what_each_view_shows_of_each_event(streams, client, view):
    # https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_StreamSpecification.html
    arn = await streams.make(view)
    await client.put({**A, "n": {"N": "1"}})
    await client.put({**A, "n": {"N": "2"}})
    await client.delete(A)
    records = await streams.records(arn)
    assert [record["eventName"] for record in records] == ["INSERT", "MODIFY", "REMOVE"]
    images = tuple(
        {name for name in record["dynamodb"] if name.endswith("Image")} for record in records
    )
    assert images == VIEWS[view]
    assert all(record["dynamodb"]["Keys"] == A for record in records)
    assert all(record["dynamodb"]["StreamViewType"] == view for record in records)


async def test_images_are_those_before_and_after(streams, client):
    arn = await streams.make()
    await client.put({**A, "n": {"N": "1"}})
    await client.update(A, "SET n = n + :one", ExpressionAttributeValues={":one": {"N": "1"}})
    record = (await streams.records(arn))[1]["dynamodb"]
    assert record["OldImage"] == {**A, "n": {"N": "1"}}
    assert record["NewImage"] == {**A, "n": {"N": "2"}}


async def test_a_write_that_changes_nothing_leaves_no_record(streams, client):
    # "If you perform a PutItem or UpdateItem operation that does not change any data in an item, DynamoDB Streams does not write a
    # stream record": https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html
    arn = await streams.make()
    await client.put(A)
    await client.put(A)
    await client.delete({"id": {"S": "other"}})
    assert len(await streams.records(arn)) == 1


async def test_an_expiry_says_who_deleted(streams, client):
    # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-streams.html
    arn = await streams.make()
    await client.put(A)
    table = streams.table()

    def expire(connection):
        before = change.read(connection, table, keys.row_key(table.keys, A))
        change.write(connection, table, before, None, 0, is_by_service=True)

    await client.dynamodb.db.write(expire)
    put, expired = await streams.records(
        arn, kind="AT_SEQUENCE_NUMBER", **await _first(streams, arn)
    )
    assert "userIdentity" not in put
    assert expired["userIdentity"] == {"PrincipalId": "dynamodb.amazonaws.com", "Type": "Service"}
    assert expired["eventName"] == "REMOVE"


async def test_an_item_that_expires_by_itself(streams, client, settled):
    arn = await streams.make(name="things")
    await client(
        "UpdateTimeToLive",
        TableName="things",
        TimeToLiveSpecification={"Enabled": True, "AttributeName": "until"},
    )
    await client.put({**A, "until": {"N": "1700000060"}}, "things")
    await client.clock.advance(62)
    count = "SELECT count(*) FROM stream_records"
    await settled(lambda: client.dynamodb.db.query_one(count)[0] == 2)
    record = (await streams.records(arn))[1]
    assert record["eventName"] == "REMOVE"
    assert record["userIdentity"]["PrincipalId"] == "dynamodb.amazonaws.com"


async def _first(streams, arn):
    (shard,) = await streams.shards(arn)
    return {"SequenceNumber": shard["SequenceNumberRange"]["StartingSequenceNumber"]}


async def test_sequence_numbers_grow_and_ids_differ(streams, client):
    arn = await streams.make()
    for number in range(5):
        await client.put({"id": {"S": str(number)}})
    records = await streams.records(arn)
    numbers = [record["dynamodb"]["SequenceNumber"] for record in records]
    assert numbers == sorted(set(numbers))
    assert len({record["eventID"] for record in records}) == 5
    assert await streams.records(arn) == records


async def test_streams_of_two_tables_do_not_mix(streams, client):
    first, second = await streams.make(name="one"), await streams.make(name="two")
    await client.put({"id": {"S": "1"}}, "one")
    await client.put({"id": {"S": "2"}}, "two")
    await client.put({"id": {"S": "3"}}, "one")
    found = [
        [record["dynamodb"]["Keys"]["id"]["S"] for record in await streams.records(arn)]
        for arn in (first, second)
    ]
    assert found == [["1", "3"], ["2"]]


async def test_records_survive_a_restart(streams, client):
    arn = await streams.make()
    await client.put(A)
    before = await streams.records(arn)
    await client.restart()
    streams.turn_on()
    await client.put({"id": {"S": "b"}})
    after = await streams.records(arn)
    assert after[0] == before[0]
    assert after[1]["dynamodb"]["SequenceNumber"] > after[0]["dynamodb"]["SequenceNumber"]


async def test_numbers_are_not_used_again_after_all_records_were_trimmed(streams, client):
    arn = await streams.make()
    await client.put(A)
    old = (await streams.records(arn))[0]["dynamodb"]["SequenceNumber"]
    await streams.pass_time(86_401)
    await client.restart()
    streams.turn_on()
    await upkeep.turn(client.dynamodb)
    await client.delete(A)
    (record,) = await streams.everything(arn)
    assert record["dynamodb"]["SequenceNumber"] > old


async def test_a_page_holds_as_many_as_asked_for(streams, client):
    arn = await streams.make()
    for number in range(3):
        await client.put({"id": {"S": str(number)}})
    page = await streams.get(await streams.iterator(arn), Limit=2)
    assert len(page["Records"]) == 2
    rest = await streams.get(page["NextShardIterator"])
    assert [record["dynamodb"]["Keys"]["id"]["S"] for record in rest["Records"]] == ["2"]


async def test_a_page_holds_one_megabyte_but_one_record_at_least(streams, client):
    # https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetRecords.html
    arn = await streams.make()
    for letter in "xyz":
        await client.put({**A, "s": {"S": letter * 400_000}})
    sizes = []
    iterator = await streams.iterator(arn)
    for _ in range(3):
        page = await streams.get(iterator)
        sizes.append([record["dynamodb"]["SizeBytes"] for record in page["Records"]])
        iterator = page["NextShardIterator"]
    large = 400_000 + 1 + 3
    assert sizes == [[large + 3], [2 * large + 3], [2 * large + 3]]


async def test_more_than_a_thousand_records_at_once_are_refused(streams):
    # https://github.com/scylladb/scylladb/blob/master/test/alternator/test_streams.py (test_get_records_too_high_limit)
    arn = await streams.make()
    iterator = await streams.iterator(arn)
    error = await streams.refused("GetRecords", ShardIterator=iterator, Limit=1001)
    assert (error.code, error.message) == (
        "ValidationException",
        "Limit should be less than or equal to 1000",
    )
