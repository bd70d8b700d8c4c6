HOUR = 3600
A = {"id": {"S": "a"}}


def keys_of(records):
    return [record["dynamodb"]["Keys"]["id"]["S"] for record in records]


async def put(client, *names):
    for name in names:
        await client.put({"id": {"S": name}})


async def test_a_new_stream_has_one_open_shard(streams):
    arn = await streams.make()
    described = await streams.describe(arn)
    (shard,) = described.pop("Shards")
    assert described == {
        "StreamArn": arn,
        "StreamLabel": "2023-11-14T22:13:20.000",
        "StreamStatus": "ENABLED",
        "StreamViewType": "NEW_AND_OLD_IMAGES",
        "CreationRequestDateTime": 1_700_000_000,
        "TableName": "t",
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    }
    # Their form and length: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_Shard.html
    assert shard["ShardId"].startswith("shardId-00000001700000000000-")
    assert 28 <= len(shard["ShardId"]) <= 65
    assert shard["SequenceNumberRange"].keys() == {"StartingSequenceNumber"}
    assert 21 <= len(shard["SequenceNumberRange"]["StartingSequenceNumber"]) <= 40
    assert "ParentShardId" not in shard


async def test_the_key_schema_of_a_table_with_a_sort_key(streams):
    arn = await streams.make(partition="p:S", sort="s:N")
    assert (await streams.describe(arn))["KeySchema"] == [
        {"AttributeName": "p", "KeyType": "HASH"},
        {"AttributeName": "s", "KeyType": "RANGE"},
    ]


async def test_a_shard_is_closed_after_four_hours_and_gets_a_child(streams, client):
    # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html
    arn = await streams.make()
    await put(client, "a")
    await streams.pass_time(4 * HOUR - 1)
    assert len(await streams.shards(arn)) == 1
    await streams.pass_time(1)
    await put(client, "b")
    parent, child = await streams.shards(arn)
    assert child["ParentShardId"] == parent["ShardId"]
    closed, opened = parent["SequenceNumberRange"], child["SequenceNumberRange"]
    assert closed["StartingSequenceNumber"] < closed["EndingSequenceNumber"]
    assert closed["EndingSequenceNumber"] < opened["StartingSequenceNumber"]
    assert "EndingSequenceNumber" not in opened
    first = await streams.records(arn, shard=parent["ShardId"])
    second = await streams.records(arn, shard=child["ShardId"])
    assert (keys_of(first), keys_of(second)) == (["a"], ["b"])
    (number,) = [record["dynamodb"]["SequenceNumber"] for record in first]
    assert closed["StartingSequenceNumber"] < number < closed["EndingSequenceNumber"]


async def test_shards_are_closed_by_the_clock_alone(streams, client, settled):
    arn = await streams.make()
    await client.clock.advance(4 * HOUR + 600)
    await settled(lambda: client.dynamodb.db.query_one("SELECT count(*) FROM shards")[0] == 2)
    assert len(await streams.shards(arn)) == 2


async def test_a_closed_shard_ends_its_iterators(streams, client):
    # https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetRecords.html#DDB-streams_GetRecords-response-NextShardIterator
    arn = await streams.make()
    await put(client, "a", "b")
    parent = await streams.shard(arn)
    page = await streams.get(await streams.iterator(arn), Limit=1)
    await streams.pass_time(4 * HOUR)
    fresh = await streams.iterator(arn, "AFTER_SEQUENCE_NUMBER", parent, **at(page["Records"][0]))
    last = await streams.get(fresh)
    assert keys_of(last["Records"]) == ["b"]
    assert "NextShardIterator" not in last
    empty = await streams.get(await streams.iterator(arn, "LATEST", parent))
    assert empty == {"Records": []}


def at(record):
    return {"SequenceNumber": record["dynamodb"]["SequenceNumber"]}


async def test_an_open_shard_goes_on_for_ever(streams, client):
    arn = await streams.make()
    iterator = (await streams.get(await streams.iterator(arn)))["NextShardIterator"]
    await put(client, "a")
    page = await streams.get(iterator)
    assert keys_of(page["Records"]) == ["a"]
    assert (await streams.get(page["NextShardIterator"]))["Records"] == []


async def test_an_iterator_of_an_open_shard_reads_its_end_after_it_was_closed(streams, client):
    arn = await streams.make()
    await streams.pass_time(4 * HOUR - 60)
    iterator = await streams.iterator(arn, "LATEST")
    await put(client, "a")
    await streams.pass_time(60)
    await put(client, "b")
    assert len(await streams.shards(arn)) == 2
    page = await streams.get(iterator)
    assert keys_of(page["Records"]) == ["a"]
    assert "NextShardIterator" not in page


async def test_a_stream_that_is_switched_off_closes_its_shard(streams, client):
    arn = await streams.make()
    await put(client, "a")
    await streams.disable()
    await put(client, "unseen")
    described = await streams.describe(arn)
    assert described["StreamStatus"] == "DISABLED"
    (shard,) = described["Shards"]
    assert "EndingSequenceNumber" in shard["SequenceNumberRange"]
    assert keys_of(await streams.records(arn)) == ["a"]
    await streams.pass_time(5 * HOUR)
    assert len(await streams.shards(arn)) == 1


async def test_a_stream_is_readable_for_a_day_after_it_was_switched_off(streams, client):
    # "If you disable a stream on a table, the data in the stream will continue to be readable for 24 hours":
    # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html
    arn = await streams.make()
    await streams.pass_time(4 * HOUR)
    await put(client, "a")
    await streams.disable()
    await streams.pass_time(24 * HOUR)
    assert keys_of(await streams.everything(arn)) == ["a"]
    await streams.client.clock.advance(1)
    error = await streams.refused("DescribeStream", StreamArn=arn)
    assert error.code == "ResourceNotFoundException"
    assert error.message == f"Requested resource not found: Stream: {arn} not found"


async def test_a_second_stream_of_a_table_stands_beside_the_first(streams, client):
    first = await streams.make()
    await put(client, "a")
    await streams.disable()
    second = await streams.enable(streams.table(), "KEYS_ONLY")
    await put(client, "b")
    assert first != second
    assert keys_of(await streams.records(first)) == ["a"]
    assert keys_of(await streams.records(second)) == ["b"]


async def test_shards_are_paged(streams):
    # https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_DescribeStream.html
    arn = await streams.make()
    for _ in range(2):
        await streams.pass_time(4 * HOUR)
    everything = await streams.shards(arn)
    first = await streams.describe(arn, Limit=2)
    assert first["LastEvaluatedShardId"] == everything[1]["ShardId"]
    rest = await streams.describe(arn, ExclusiveStartShardId=first["LastEvaluatedShardId"])
    assert first["Shards"] + rest["Shards"] == everything
    assert "LastEvaluatedShardId" not in rest


async def test_nothing_follows_a_shard_that_is_behind_all_others(streams):
    # https://github.com/scylladb/scylladb/blob/master/test/alternator/test_streams.py (..._nonexistent_last_shard)
    arn = await streams.make()
    assert (await streams.describe(arn, ExclusiveStartShardId="z" * 28))["Shards"] == []
    everything = await streams.shards(arn)
    older = "shardId-00000000000000000000-00000000"
    assert (await streams.describe(arn, ExclusiveStartShardId=older))["Shards"] == everything


async def test_the_children_of_a_shard_alone(streams):
    # https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_ShardFilter.html
    arn = await streams.make()
    for _ in range(2):
        await streams.pass_time(4 * HOUR)
    shards = await streams.shards(arn)
    only = {"Type": "CHILD_SHARDS", "ShardId": shards[0]["ShardId"]}
    assert (await streams.describe(arn, ShardFilter=only))["Shards"] == [shards[1]]
    only["ShardId"] = shards[2]["ShardId"]
    assert (await streams.describe(arn, ShardFilter=only))["Shards"] == []


async def test_too_many_shards_at_once_and_a_filter_of_no_type(streams):
    # As DynamoDB Local says it, see streams/errors.py.
    arn = await streams.make()
    assert await streams.invalid("DescribeStream", StreamArn=arn, Limit=101) == (
        "One or more parameter values were invalid: Limit cannot be greater than the maximum: 100"
    )
    assert await streams.invalid("DescribeStream", StreamArn=arn, ShardFilter={}) == (
        "1 validation error detected: Value 'null' at 'shardFilter.type' failed to satisfy constraint: "
        "Member must be CHILD_SHARDS"
    )


async def test_shards_are_forgotten_a_day_after_they_closed(streams, client):
    arn = await streams.make()
    await put(client, "a")
    await streams.pass_time(4 * HOUR)
    oldest, _ = await streams.shards(arn)
    for _ in range(6):
        await streams.pass_time(4 * HOUR)
    assert oldest in await streams.shards(arn)
    await streams.pass_time(1)
    shards = await streams.shards(arn)
    assert oldest not in shards
    # As at AWS, a shard keeps the name of a parent that is gone.
    assert shards[0]["ParentShardId"] == oldest["ShardId"]
    error = await streams.refused(
        "GetShardIterator",
        StreamArn=arn,
        ShardId=oldest["ShardId"],
        ShardIteratorType="TRIM_HORIZON",
    )
    # https://github.com/opensearch-project/data-prepper/issues/4401
    assert (error.code, error.message) == (
        "ResourceNotFoundException",
        "Requested resource not found: Shard does not exist",
    )
    assert client.dynamodb.db.query_one("SELECT count(*) FROM shards")[0] == len(shards)
