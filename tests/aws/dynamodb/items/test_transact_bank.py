"""Money moves between accounts in many transactions at once; none is made or lost, and no reader ever sees it under way."""

import asyncio
import random

import pytest

from homeport.aws.protocol.call import AwsError

ACCOUNTS = [f"account-{number}" for number in range(8)]
START = 100
TOTAL = START * len(ACCOUNTS)
TRANSFERS = 300


def number(value):
    return {"N": str(value)}


def key(name):
    return {"id": {"S": name}}


def move(account, change):
    """Takes from or gives to an account, which must not be overdrawn."""
    params = {
        "TableName": "bank",
        "Key": key(account),
        "UpdateExpression": "ADD balance :change",
        "ConditionExpression": "balance >= :least",
        "ExpressionAttributeValues": {":change": number(change), ":least": number(-change)},
    }
    return {"Update": params}


def note(name, source, target, amount):
    """An entry of the ledger, which is in another table."""
    item = {**key(name), "from": {"S": source}, "to": {"S": target}, "amount": number(amount)}
    condition = "attribute_not_exists(id)"
    return {"Put": {"TableName": "ledger", "Item": item, "ConditionExpression": condition}}


class Bank:
    def __init__(self, client):
        self.client = client
        self.random = random.Random(7)
        self.done = 0
        self.refused = 0

    async def transfer(self, name):
        source, target = self.random.sample(ACCOUNTS, 2)
        amount = self.random.randrange(1, 150)
        items = [move(source, -amount), move(target, amount), note(name, source, target, amount)]
        await asyncio.sleep(0)
        try:
            await self.client("TransactWriteItems", TransactItems=items, ClientRequestToken=name)
        except AwsError as error:
            codes = [reason["Code"] for reason in error.fields["CancellationReasons"]]
            assert codes == ["ConditionalCheckFailed", "None", "None"]
            self.refused += 1
        else:
            self.done += 1

    async def balances_read_together(self):
        gets = [{"Get": {"TableName": "bank", "Key": key(name)}} for name in ACCOUNTS]
        answer = await self.client("TransactGetItems", TransactItems=gets)
        return [int(response["Item"]["balance"]["N"]) for response in answer["Responses"]]

    async def balances_scanned(self):
        answer = await self.client("Scan", TableName="bank", ConsistentRead=True)
        return [int(item["balance"]["N"]) for item in answer["Items"]]

    async def watch(self, read, seen):
        """Reads as long as there are transfers."""
        while self.done + self.refused < TRANSFERS:
            seen.append(tuple(await read()))
            await asyncio.sleep(0.0005)


@pytest.fixture
async def bank(client):
    await client.make("bank")
    await client.make("ledger")
    for name in ACCOUNTS:
        await client.put({**key(name), "balance": number(START)}, "bank")
    return Bank(client)


def is_sound(balances):
    return sum(balances) == TOTAL and min(balances) >= 0 and len(balances) == len(ACCOUNTS)


async def ledger(client):
    """What the accounts must hold by the ledger, and how many entries it has."""
    balances = dict.fromkeys(ACCOUNTS, START)
    entries = (await client("Scan", TableName="ledger"))["Items"]
    for entry in entries:
        balances[entry["from"]["S"]] -= int(entry["amount"]["N"])
        balances[entry["to"]["S"]] += int(entry["amount"]["N"])
    return [balances[name] for name in ACCOUNTS], len(entries)


async def test_the_sum_is_constant_for_every_reader(bank):
    together, scanned = [], []
    readers = [
        asyncio.ensure_future(bank.watch(bank.balances_read_together, together)),
        asyncio.ensure_future(bank.watch(bank.balances_scanned, scanned)),
    ]
    names = [f"transfer-{number}" for number in range(TRANSFERS)]
    for begin in range(0, TRANSFERS, 60):
        await asyncio.gather(*(bank.transfer(name) for name in names[begin : begin + 60]))
    await asyncio.gather(*readers)
    assert all(map(is_sound, together))
    assert all(map(is_sound, scanned))
    # The readers met the transfers, and there were both kinds.
    assert len(set(together)) > 2
    assert min(bank.done, bank.refused) > 20
    for is_restarted in (False, True):
        if is_restarted:
            await bank.client.restart()
        balances = await bank.balances_read_together()
        assert is_sound(balances)
        assert (balances, bank.done) == await ledger(bank.client)


async def test_transfers_that_are_sent_twice_move_money_once(bank):
    names = [f"transfer-{number}" for number in range(40)]
    items = [move(ACCOUNTS[0], -1), move(ACCOUNTS[1], 1)]
    calls = [
        bank.client("TransactWriteItems", TransactItems=items, ClientRequestToken=name)
        for name in names * 3
    ]
    await asyncio.gather(*calls)
    balances = await bank.balances_read_together()
    assert balances[:2] == [START - 40, START + 40]
