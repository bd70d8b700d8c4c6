import pytest

NAMES = ["alpha", "beta", "gamma"]


@pytest.fixture
async def arns(streams):
    return [await streams.make(name=name) for name in NAMES]


def arns_of(answer):
    return [stream["StreamArn"] for stream in answer["Streams"]]


async def test_streams_as_aws_lists_them(streams):
    # https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_ListStreams.html
    arn = await streams.make()
    assert await streams("ListStreams") == {
        "Streams": [{"StreamArn": arn, "TableName": "t", "StreamLabel": "2023-11-14T22:13:20.000"}]
    }


async def test_streams_are_paged(streams, arns):
    first = await streams("ListStreams", Limit=2)
    assert arns_of(first) == arns[:2]
    assert first["LastEvaluatedStreamArn"] == arns[1]
    rest = await streams("ListStreams", ExclusiveStartStreamArn=first["LastEvaluatedStreamArn"])
    assert arns_of(rest) == arns[2:]
    assert "LastEvaluatedStreamArn" not in rest


async def test_streams_of_one_table_the_youngest_first(streams, client, arns):
    await streams.disable("beta")
    await client.clock.advance(1)
    again = await streams.enable(streams.table("beta"))
    first = await streams("ListStreams", TableName="beta", Limit=1)
    assert arns_of(first) == [again]
    rest = await streams("ListStreams", TableName="beta", ExclusiveStartStreamArn=again)
    assert arns_of(rest) == [arns[1]]
    assert arns_of(await streams("ListStreams")) == [arns[0], again, arns[1], arns[2]]
    pages = []
    begin = {}
    for _ in range(4):
        page = await streams("ListStreams", Limit=1, **begin)
        pages += arns_of(page)
        begin = {"ExclusiveStartStreamArn": page.get("LastEvaluatedStreamArn")}
    assert pages == [arns[0], again, arns[1], arns[2]]


async def test_labels_of_one_table_differ_within_a_millisecond(streams):
    first = await streams.make()
    await streams.disable()
    second = await streams.enable(streams.table())
    assert second == first.removesuffix("000") + "001"


async def test_no_streams_of_tables_without_and_of_other_accounts(streams, arns):
    assert arns_of(await streams("ListStreams", TableName="none")) == []
    for account, region in (("111111111111", "us-east-1"), ("000000000000", "eu-west-1")):
        assert arns_of(await streams.other(account, region)("ListStreams")) == []


async def test_a_start_in_another_table_lists_nothing(streams, arns):
    answer = await streams("ListStreams", TableName="beta", ExclusiveStartStreamArn=arns[0])
    assert answer == {"Streams": []}


async def test_a_stream_leaves_the_list_a_day_after_it_ended(streams, client, arns):
    await streams.disable("beta")
    await client.clock.advance(86_400)
    assert arns_of(await streams("ListStreams")) == arns
    await client.clock.advance(0.001)
    assert arns_of(await streams("ListStreams")) == [arns[0], arns[2]]
    await streams.pass_time(0)
    assert client.dynamodb.db.query_one("SELECT count(*) FROM streams")[0] == 2


async def test_what_is_refused(streams):
    # As DynamoDB Local says it, see streams/errors.py.
    assert await streams.invalid("ListStreams", Limit=101) == (
        "One or more parameter values were invalid: Limit cannot be greater than the maximum allowed size: 100"
    )
    message = await streams.invalid("ListStreams", ExclusiveStartStreamArn="x" * 37)
    assert message == "Invalid StreamArn"
