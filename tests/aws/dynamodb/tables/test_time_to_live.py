"""Items that expire. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/howitworks-ttl.html"""

import dataclasses
import json

import pytest

from homeport.aws.dynamodb.tables.background import expiry, ttl_backfill

YEAR_S = 365 * 24 * 3600


def specification(attribute="t", enabled=True):
    return {"AttributeName": attribute, "Enabled": enabled}


@pytest.fixture
def switch(client):
    async def call(attribute="t", enabled=True):
        given = specification(attribute, enabled)
        return await client("UpdateTimeToLive", TableName="tab", TimeToLiveSpecification=given)

    return call


@pytest.fixture
def refused(client):
    async def call(attribute="t", enabled=True):
        given = specification(attribute, enabled)
        return await client.invalid(
            "UpdateTimeToLive", TableName="tab", TimeToLiveSpecification=given
        )

    return call


@pytest.fixture
def state(client):
    async def describe():
        return (await client("DescribeTimeToLive", TableName="tab"))["TimeToLiveDescription"]

    return describe


@pytest.fixture
def enabled(client, until):
    """Waits until expiry is on for all items, which no answer shows."""

    def holds():
        table = client.dynamodb.tables.find(client.account, client.region, "tab")
        return table.settings["TimeToLive"]["TimeToLiveStatus"] == "ENABLED"

    async def wait():
        await until(holds)

    return wait


@pytest.fixture
async def table(client, define):
    await client(
        "CreateTable",
        **define.table(
            attributes=("a", "g"),
            GlobalSecondaryIndexes=[define.index("gsi", "g")],
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"},
        ),
    )


@pytest.fixture
def put(client):
    async def call(key, second, **more):
        stamp = {} if second is None else {"t": {"N": str(second)}}
        await client.put({"a": {"S": key}, "g": {"S": "g"}} | stamp | more, "tab")

    return call


@pytest.fixture
def keys(client):
    """Keys of the items that are left."""

    def read():
        table = client.dynamodb.tables.find(client.account, client.region, "tab")
        rows = client.dynamodb.db.query("SELECT item FROM rows WHERE space = ?", (table.id,))
        return {json.loads(item)["a"]["S"] for (item,) in rows}

    return read


class TestUpdateTimeToLive:
    """https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/table-subresources.md#ddb-table-147"""

    async def test_on_and_off(self, table, switch, state, enabled, clock):
        assert await state() == {"TimeToLiveStatus": "DISABLED"}
        assert await switch() == {"TimeToLiveSpecification": specification()}
        await enabled()
        assert await state() == {"TimeToLiveStatus": "ENABLED", "AttributeName": "t"}
        await clock.advance(3600)
        await switch(enabled=False)
        assert await state() == {"TimeToLiveStatus": "DISABLED"}

    async def test_on_when_on(self, table, switch, refused):
        await switch()
        assert await refused() == "TimeToLive is already enabled"

    async def test_off_when_off(self, table, refused):
        assert await refused(enabled=False) == "TimeToLive is already disabled"

    @pytest.mark.parametrize("enabled", [True, False])
    async def test_another_attribute(self, table, switch, refused, enabled):
        await switch()
        assert await refused("other", enabled) == (
            "TimeToLive is active on a different AttributeName: current AttributeName is t"
        )

    async def test_only_once_an_hour(self, table, switch, refused, clock):
        """https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTimeToLive.html"""
        await switch()
        await clock.advance(3599)
        assert await refused(enabled=False) == (
            "Time to live has been modified multiple times within a fixed interval"
        )
        await clock.advance(1)
        await switch(enabled=False)
        assert await refused() == (
            "Time to live has been modified multiple times within a fixed interval"
        )

    async def test_no_such_table(self, client):
        error = await client.refused(
            "UpdateTimeToLive", TableName="none", TimeToLiveSpecification=specification()
        )
        assert error.message == "Requested resource not found: Table: none not found"

    async def test_a_table_that_is_being_made(self, client, table):
        """https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/service.md#ddb-table-115"""
        made = client.dynamodb.tables.find(client.account, client.region, "tab")
        client.dynamodb.tables.set(dataclasses.replace(made, status="CREATING"))
        error = await client.refused(
            "UpdateTimeToLive", TableName="tab", TimeToLiveSpecification=specification()
        )
        assert (error.code, error.message) == (
            "ResourceInUseException",
            "Attempt to change a resource which is still in use: Table tab is being created",
        )
        assert await client.invalid("DescribeTimeToLive", TableName="tab") == (
            "Cannot describe time to live while table is in CREATING state: "
            "Current table state is CREATING"
        )


class TestExpiry:
    @pytest.fixture(autouse=True)
    async def expiring(self, table, switch):
        await switch()

    async def test_within_a_second(self, put, keys, clock, until):
        now = int(clock.now())
        for delay in (5, 6, 7):
            await put(str(delay), now + delay)
        await put("never", None)
        await clock.advance(4.9)
        assert keys() == {"5", "6", "7", "never"}
        await clock.advance(0.1)
        await until(lambda: keys() == {"6", "7", "never"})
        await clock.advance(2)
        await until(lambda: keys() == {"never"})

    async def test_indexes_and_streams_see_it(self, client, put, keys, clock, until, described):
        """https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-streams.html"""
        await put("gone", int(clock.now()) + 1)
        await clock.advance(1)
        await until(lambda: keys() == set())
        table = await described()
        assert table["ItemCount"] == table["GlobalSecondaryIndexes"][0]["ItemCount"] == 0
        records = client.dynamodb.db.query("SELECT event, is_by_service FROM stream_records")
        assert records == [("INSERT", 0), ("REMOVE", 1)]

    async def test_a_changed_time_counts(self, client, put, keys, clock, until):
        now = int(clock.now())
        await put("later", now + 1)
        await put("sooner", now + 100)
        await put("never", now + 1)
        await client.update(
            {"a": {"S": "later"}},
            "SET t = t + :n",
            "tab",
            ExpressionAttributeValues={":n": {"N": "9"}},
        )
        await client.update({"a": {"S": "never"}}, "REMOVE t", "tab")
        await put("sooner", now + 2)
        await clock.advance(3)
        await until(lambda: keys() == {"later", "never"})
        await clock.advance(10)
        await until(lambda: keys() == {"never"})

    async def test_what_is_no_time_stays(self, client, put, keys, clock, until):
        """https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-before-you-start.html"""
        now = int(clock.now())
        await put("text", None, t={"S": str(now)})
        await put("list", None, t={"L": [{"N": str(now)}]})
        await put("negative", -1)
        await put("late", now - 5 * YEAR_S - 3 * 24 * 3600)
        await put("due", now - 4 * YEAR_S)
        await put("fraction", f"{now}.9")
        await clock.advance(2)
        await until(lambda: keys() == {"text", "list", "negative", "late"})

    async def test_many_at_once(self, client, keys, clock, until, monkeypatch):
        """In bounded steps: no write does more than a few."""
        longest = 0
        step = expiry._step

        def measured(dynamodb, connection, *rest):
            nonlocal longest
            before = connection.total_changes
            more = step(dynamodb, connection, *rest)
            longest = max(longest, connection.total_changes - before)
            return more

        monkeypatch.setattr(expiry, "_step", measured)
        due = str(int(clock.now()) + 5)
        for start in range(0, 3000, 25):
            await client(
                "BatchWriteItem",
                RequestItems={
                    "tab": [
                        {"PutRequest": {"Item": {"a": {"S": str(n)}, "t": {"N": due}}}}
                        for n in range(start, start + 25)
                    ]
                },
            )
        await clock.advance(5)
        await until(lambda: keys() == set())
        assert longest <= 6 * expiry.CHUNK
        assert client.dynamodb.db.query("SELECT * FROM expiries") == []

    async def test_it_goes_on_after_a_restart(self, client, put, keys, clock, until):
        now = int(clock.now())
        await put("meanwhile", now + 1)
        await put("after", now + 5)
        await client.close()
        await clock.advance(2)
        await client.open()
        await until(lambda: keys() == {"after"})
        await clock.advance(3)
        await until(lambda: keys() == set())

    async def test_a_deleted_table_forgets_its_times(self, client, put, until):
        await put("a", 1)
        await client("DeleteTable", TableName="tab")
        await until(lambda: client.dynamodb.db.query("SELECT * FROM expiries") == [])

    async def test_nothing_goes_when_it_is_off(self, client, put, keys, switch, clock, until):
        now = int(clock.now())
        await put("kept", now + 3700)
        await clock.advance(3600)
        await switch(enabled=False)
        await until(lambda: client.dynamodb.db.query("SELECT * FROM expiries") == [])
        await clock.advance(200)
        assert keys() == {"kept"}


class TestItemsThatWereThereBefore:
    @pytest.fixture(autouse=True)
    async def filled(self, table, put, clock, monkeypatch):
        monkeypatch.setattr(ttl_backfill, "CHUNK", 3)
        for number in range(10):
            await put(str(number), int(clock.now()) + (1 if number % 2 else 1000))

    async def test_they_expire(self, switch, keys, clock, until, enabled):
        await switch()
        await enabled()
        assert keys() == {str(n) for n in range(10)}
        await clock.advance(2)
        await until(lambda: keys() == {"0", "2", "4", "6", "8"})

    async def test_the_status_is_settled_at_once(self, switch, state):
        """https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/table-subresources.md#ddb-table-144"""
        await switch()
        assert await state() == {"TimeToLiveStatus": "ENABLED", "AttributeName": "t"}

    async def test_also_after_a_restart(self, client, switch, keys, clock, until, enabled):
        await switch()
        await client.restart()
        await clock.advance(2)

        async def done():
            await clock.advance(1)
            return keys() == {"0", "2", "4", "6", "8"}

        await until(done)
        await enabled()

    async def test_times_of_another_attribute_do_not_count(
        self, switch, put, keys, clock, until, monkeypatch, enabled
    ):
        """What is left of the old attribute may not yet be forgotten when the new one is on."""
        await switch()
        await put("old", int(clock.now()) + 9000)
        await enabled()
        monkeypatch.setattr(ttl_backfill, "clear", lambda *_: None)
        await clock.advance(3600)
        await switch(enabled=False)
        await clock.advance(3600)
        await switch("other")
        await put("new", None, other={"N": str(int(clock.now()) + 2000)})
        await clock.advance(2000)
        await until(lambda: keys() == {"old"})
