"""UpdateContinuousBackups, DescribeContinuousBackups, and how long the history is kept."""

import pytest

DAY = 24 * 3600


async def described(backups, table="tab"):
    answer = await backups("DescribeContinuousBackups", TableName=table)
    return answer["ContinuousBackupsDescription"]


def count(client):
    return client.dynamodb.db.query_one("SELECT count(*) FROM history")[0]


async def test_a_new_table_has_no_point_in_time_recovery(backups, table):
    assert await described(backups) == {
        "ContinuousBackupsStatus": "ENABLED",
        "PointInTimeRecoveryDescription": {"PointInTimeRecoveryStatus": "DISABLED"},
    }


async def test_switching_it_on(backups, clock, table):
    await clock.advance(5)
    answer = await backups.recover()
    assert answer["ContinuousBackupsDescription"] == await described(backups)
    await clock.advance(60)
    assert (await described(backups))["PointInTimeRecoveryDescription"] == {
        "PointInTimeRecoveryStatus": "ENABLED",
        "RecoveryPeriodInDays": 35,
        "EarliestRestorableDateTime": 1_700_000_005,
        "LatestRestorableDateTime": 1_700_000_065,
    }


async def test_a_period_of_days(backups, clock, table):
    await backups.recover(days=1)
    await clock.advance(3 * DAY)
    state = (await described(backups))["PointInTimeRecoveryDescription"]
    assert state["RecoveryPeriodInDays"] == 1
    assert state["EarliestRestorableDateTime"] == 1_700_000_000 + 2 * DAY


async def test_switching_it_on_again_changes_only_the_period(backups, clock, table):
    await backups.recover(days=1)
    await clock.advance(10)
    answer = await backups.recover(days=2)
    state = answer["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
    assert state["RecoveryPeriodInDays"] == 2
    assert state["EarliestRestorableDateTime"] == 1_700_000_000


@pytest.mark.parametrize("days", [0, 36])
async def test_a_period_that_is_none(client, table, days):
    text = await client.invalid(
        "UpdateContinuousBackups",
        TableName="tab",
        PointInTimeRecoverySpecification={
            "PointInTimeRecoveryEnabled": True,
            "RecoveryPeriodInDays": days,
        },
    )
    assert "pointInTimeRecoverySpecification.recoveryPeriodInDays" in text


async def test_a_period_of_what_is_switched_off(client, table):
    text = await client.invalid(
        "UpdateContinuousBackups",
        TableName="tab",
        PointInTimeRecoverySpecification={
            "PointInTimeRecoveryEnabled": False,
            "RecoveryPeriodInDays": 3,
        },
    )
    assert text == (
        "Invalid Request: Cannot specify RecoveryPeriodInDays when disabling point-in-time recovery."
    )


async def test_a_table_that_is_missing(client):
    error = await client.refused("DescribeContinuousBackups", TableName="nope")
    assert (error.code, error.message) == ("TableNotFoundException", "Table not found: nope")


async def test_a_table_of_another_region_or_account(client, table):
    elsewhere = client.other(client.account, "eu-west-1")
    text = await elsewhere.invalid("DescribeContinuousBackups", TableName=table.arn)
    assert text == f"1 validation error detected: Invalid AWS region in '{table.arn}'"
    error = await client.other().refused("DescribeContinuousBackups", TableName=table.arn)
    assert error.code == "AccessDeniedException"


async def test_it_is_still_on_after_a_restart(backups, client, table):
    await backups.recover()
    await client.restart()
    assert (await described(backups))["PointInTimeRecoveryDescription"][
        "PointInTimeRecoveryStatus"
    ] == "ENABLED"


async def test_changes_are_forgotten_when_it_is_switched_off(backups, client, table):
    await backups.recover()
    await backups.fill(5)
    assert count(client) == 5
    await backups(
        "UpdateContinuousBackups",
        TableName="tab",
        PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": False},
    )

    async def left():
        return count(client)

    await backups.until(left, 0)


async def test_changes_older_than_the_period_are_forgotten_on_the_clock(
    backups, client, clock, table
):
    await backups.recover(days=1)
    await backups.fill(3)
    await clock.advance(DAY)
    await client.put({"id": {"S": "later"}}, "tab")
    assert count(client) == 4
    await clock.advance(2 * 3600)

    async def left():
        return count(client)

    await backups.until(left, 1)


async def test_what_is_left_of_a_deleted_table_is_forgotten(backups, client, clock, table):
    await backups.recover()
    await backups.fill(3)
    await client("DeleteTable", TableName="tab")
    await clock.advance(1200)

    async def left():
        return count(client)

    await backups.until(left, 0)
