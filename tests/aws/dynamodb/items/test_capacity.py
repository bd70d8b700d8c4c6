import pytest

from homeport.aws.dynamodb.items import capacity
from homeport.aws.dynamodb.tables.model import Index, KeySchema, Table


def table(number=1, name="orders"):
    keys = KeySchema(("pk",), ("sk",))
    return Table(
        id=number,
        account="000000000000",
        region="us-east-1",
        name=name,
        uuid="u",
        created_ms=0,
        keys=keys,
        types={"pk": "S", "sk": "S"},
        indexes=(
            Index(2, "by-owner", is_local=False, keys=keys, projection="ALL"),
            Index(3, "by-date", is_local=True, keys=keys, projection="ALL"),
            Index(4, "by-state", is_local=False, keys=keys, projection="ALL"),
        ),
    )


# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
@pytest.mark.parametrize(
    ("size", "consistent", "eventual"),
    [
        (0, 1.0, 0.5),
        (1, 1.0, 0.5),
        (4096, 1.0, 0.5),
        (4097, 2.0, 1.0),
        (8193, 3.0, 1.5),
        (409_600, 100.0, 50.0),
    ],
)
def test_reads(size, consistent, eventual):
    assert capacity.read_units(size, is_consistent=True) == consistent
    assert capacity.read_units(size, is_consistent=False) == eventual


@pytest.mark.parametrize(
    ("old", "new", "units"),
    [
        (None, None, 1.0),
        (None, 1024, 1.0),
        (None, 1025, 2.0),
        (3000, 100, 3.0),
        (100, 3000, 3.0),
        (5000, None, 5.0),
    ],
)
def test_writes_count_the_larger_image(old, new, units):
    assert capacity.write_units(old, new) == units


# The ladder of dynamodb-conformance tests/tier1/putItem/indexConsumedCapacity.test.ts
@pytest.mark.parametrize(
    ("old", "new", "is_moved", "units"),
    [
        (None, 1500, False, 2.0),
        (1500, None, True, 2.0),
        (1500, 100, False, 2.0),
        (100, 100, True, 2.0),
        (1500, 100, True, 3.0),
    ],
)
def test_index_writes(old, new, is_moved, units):
    assert capacity.index_write_units(old, new, is_moved=is_moved) == units


@pytest.mark.parametrize("mode", [None, "NONE"])
def test_nobody_asks(mode):
    assert not capacity.is_asked_for(mode)
    assert capacity.consumed(mode, table(), 1.0) is None
    assert capacity.Tally().consumed(mode) is None


def test_total():
    found = capacity.consumed("TOTAL", table(), 1.0, {"by-owner": 1.0, "by-date": 2.0})
    assert found == {"TableName": "orders", "CapacityUnits": 4.0}


def test_indexes():
    found = capacity.consumed("INDEXES", table(), 1.0, {"by-owner": 1.0, "by-date": 2.0})
    assert found == {
        "TableName": "orders",
        "CapacityUnits": 4.0,
        "Table": {"CapacityUnits": 1.0},
        "LocalSecondaryIndexes": {"by-date": {"CapacityUnits": 2.0}},
        "GlobalSecondaryIndexes": {"by-owner": {"CapacityUnits": 1.0}},
    }


def test_an_index_that_consumed_nothing_is_not_there():
    found = capacity.consumed("INDEXES", table(), 1.0)
    assert found == {"TableName": "orders", "CapacityUnits": 1.0, "Table": {"CapacityUnits": 1.0}}


def test_a_query_of_an_index_leaves_the_table_at_zero():
    found = capacity.consumed("INDEXES", table(), 0.0, {"by-state": 0.5})
    assert found == {
        "TableName": "orders",
        "CapacityUnits": 0.5,
        "Table": {"CapacityUnits": 0.0},
        "GlobalSecondaryIndexes": {"by-state": {"CapacityUnits": 0.5}},
    }


def test_transactions_name_their_axis_everywhere():
    units = capacity.TRANSACTIONAL * capacity.write_units(None, 100)
    found = capacity.consumed(
        "INDEXES", table(), units, {"by-owner": 1.0}, axis="WriteCapacityUnits"
    )
    assert found == {
        "TableName": "orders",
        "CapacityUnits": 3.0,
        "WriteCapacityUnits": 3.0,
        "Table": {"CapacityUnits": 2.0, "WriteCapacityUnits": 2.0},
        "GlobalSecondaryIndexes": {"by-owner": {"CapacityUnits": 1.0, "WriteCapacityUnits": 1.0}},
    }


def test_a_table_asked_for_by_its_arn_is_answered_so():
    orders = table()
    found = capacity.consumed("TOTAL", orders, 1.0, name=orders.arn)
    assert found == {"TableName": orders.arn, "CapacityUnits": 1.0}


def test_batches_answer_once_for_each_table():
    tally = capacity.Tally()
    orders, users = table(), table(9, "users")
    tally.add(orders, 1.0, {"by-owner": 1.0})
    tally.add(users, 0.5, name=users.arn)
    tally.add(orders, 2.0, {"by-owner": 1.0, "by-date": 1.0})
    assert tally.consumed("TOTAL") == [
        {"TableName": "orders", "CapacityUnits": 6.0},
        {"TableName": users.arn, "CapacityUnits": 0.5},
    ]
    first = tally.consumed("INDEXES", axis="ReadCapacityUnits")[0]
    assert first["Table"] == {"CapacityUnits": 3.0, "ReadCapacityUnits": 3.0}
    assert first["GlobalSecondaryIndexes"]["by-owner"]["CapacityUnits"] == 2.0
    assert first["LocalSecondaryIndexes"]["by-date"]["CapacityUnits"] == 1.0
