import pytest


class Statements:
    """The client of the tests of DynamoDB, with statements instead of requests."""

    def __init__(self, client):
        self.client = client

    async def answer(self, statement, *parameters, **members):
        given = {"Parameters": list(parameters)} if parameters else {}
        return await self.client("ExecuteStatement", Statement=statement, **given, **members)

    async def __call__(self, statement, *parameters, **members):
        """The items that a statement answers."""
        return (await self.answer(statement, *parameters, **members))["Items"]

    async def refused(self, statement, *parameters, **members):
        given = {"Parameters": list(parameters)} if parameters else {}
        return await self.client.refused(
            "ExecuteStatement", Statement=statement, **given, **members
        )

    async def invalid(self, statement, *parameters, **members):
        """The message of a ValidationException."""
        error = await self.refused(statement, *parameters, **members)
        assert error.code == "ValidationException"
        return error.message

    async def batch(self, *members, **more):
        """Statements as texts, or with their members."""
        return await self.client("BatchExecuteStatement", Statements=_members(members), **more)

    async def transact(self, *members, **more):
        return await self.client("ExecuteTransaction", TransactStatements=_members(members), **more)

    async def cancelled(self, *members, **more):
        """The reasons of a cancelled transaction, as code and message."""
        error = await self.client.refused(
            "ExecuteTransaction", TransactStatements=_members(members), **more
        )
        assert error.code == "TransactionCanceledException"
        return [(each["Code"], each.get("Message")) for each in error.fields["CancellationReasons"]]

    async def invalid_transaction(self, *members, **more):
        return await self.client.invalid(
            "ExecuteTransaction", TransactStatements=_members(members), **more
        )


def _members(members):
    return [each if isinstance(each, dict) else {"Statement": each} for each in members]


@pytest.fixture
async def run(client):
    """Statements on a table `tab` (partition key `id`) and one, `comp`, with a sort key `num` and indexes."""
    await client.make("tab", "id:S")
    await client.make(
        "comp",
        "id:S",
        "num:N",
        [
            client.gsi("by_g", "g:S", "num:N"),
            client.gsi("keys_of_g", "g:S", projection="KEYS_ONLY"),
            client.gsi("some_of_g", "g:S", projection="INCLUDE", included=["n"]),
            client.lsi("by_l", "l:S"),
            client.lsi("keys_of_l", "l:S", projection="KEYS_ONLY"),
        ],
    )
    await client.make("several", "id:S", "", [client.gsi("two", "h1:S,h2:S", "r:S")])
    return Statements(client)
