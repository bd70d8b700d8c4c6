"""Any history of the versions of a policy, against a list."""

import asyncio
import json
import tempfile
from pathlib import Path
from urllib.parse import unquote

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.aws.iam.conftest import Client

from homeport.aws.iam import limits
from homeport.aws.protocol.call import AwsError
from homeport.clock import VirtualClock

NUMBERS = st.integers(1, 7)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("create"), st.booleans()),
        st.tuples(st.sampled_from(["delete", "default"]), NUMBERS),
        st.tuples(st.just("restart"), st.none()),
    ),
    max_size=20,
)


def document(number):
    statement = {"Effect": "Allow", "Action": f"s3:Get{number}", "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": statement})


class Model:
    """The numbers that are there, the next one, and the one that counts."""

    def __init__(self):
        self.numbers, self.latest, self.default = [1], 1, 1

    def create(self, is_default):
        if len(self.numbers) == limits.POLICY_VERSIONS:
            return False
        self.latest += 1
        self.numbers.append(self.latest)
        self.default = self.latest if is_default else self.default
        return True

    def delete(self, number):
        if number not in self.numbers or number == self.default:
            return False
        self.numbers.remove(number)
        return True

    def set_default(self, number):
        if number not in self.numbers:
            return False
        self.default = number
        return True


async def step(client, model, arn, name, value):
    """Whether IAM and the model do the same."""
    if name == "create":
        number, expected = model.latest + 1, model.create(value)
        made = {"PolicyDocument": document(number), "SetAsDefault": value}
        return expected, await attempt(client, "CreatePolicyVersion", PolicyArn=arn, **made)
    expected = model.delete(value) if name == "delete" else model.set_default(value)
    operation = "DeletePolicyVersion" if name == "delete" else "SetDefaultPolicyVersion"
    return expected, await attempt(client, operation, PolicyArn=arn, VersionId=f"v{value}")


async def attempt(client, operation, **params):
    try:
        await client(operation, **params)
    except AwsError:
        return False
    return True


async def check(client, model, arn):
    listed = (await client("ListPolicyVersions", PolicyArn=arn))["Versions"]
    found = {each["VersionId"]: each["IsDefaultVersion"] for each in listed}
    numbers = sorted(model.numbers, reverse=True)
    assert list(found.items()) == [(f"v{each}", each == model.default) for each in numbers]
    for number in numbers:
        version = await client("GetPolicyVersion", PolicyArn=arn, VersionId=f"v{number}")
        assert unquote(version["PolicyVersion"]["Document"]) == document(number)


async def run(steps):
    with tempfile.TemporaryDirectory() as folder:
        client = await Client(Path(folder) / "iam.db", VirtualClock()).open()
        try:
            arn, model = await client.policy(document=document(1)), Model()
            for name, value in steps:
                if name == "restart":
                    await client.restart()
                    continue
                expected, happened = await step(client, model, arn, name, value)
                assert expected == happened
            await check(client, model, arn)
        finally:
            await client.iam.close()


@settings(max_examples=40, deadline=None)
@given(STEPS)
def test_any_history(steps):
    asyncio.run(run(steps))
