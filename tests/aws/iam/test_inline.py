import json
from urllib.parse import unquote

import pytest
from tests.aws.iam.conftest import DOCUMENT

from homeport.aws.iam.engine import documents

NOUNS = [("Role", 10240), ("User", 2048), ("Group", 5120)]


async def make(client, noun):
    await getattr(client, noun.lower())("x")
    return {f"{noun}Name": "x"}


@pytest.mark.parametrize("noun", [noun for noun, _ in NOUNS])
async def test_a_policy_is_put_read_and_deleted(client, noun):
    named = await make(client, noun)
    put = {**named, "PolicyName": "P", "PolicyDocument": DOCUMENT}
    await client(f"Put{noun}Policy", **put)
    await client(f"Put{noun}Policy", **put | {"PolicyDocument": DOCUMENT + "\n"})
    found = await client(f"Get{noun}Policy", **named, PolicyName="p")
    assert unquote(found.pop("PolicyDocument")) == DOCUMENT + "\n"
    assert found == {**named, "PolicyName": "P"}
    assert (await client(f"List{noun}Policies", **named))["PolicyNames"] == ["P"]
    await client(f"Delete{noun}Policy", **named, PolicyName="P")
    for operation in (f"Delete{noun}Policy", f"Get{noun}Policy"):
        error = await client.refused(operation, **named, PolicyName="P")
        text = f"The {noun.lower()} policy with name P cannot be found."
        assert (error.code, error.message) == ("NoSuchEntityException", text)


@pytest.mark.parametrize(("noun", "limit"), NOUNS)
async def test_all_together_have_a_limit(client, noun, limit):
    named = await make(client, noun)
    size = documents.size(DOCUMENT)
    for number in range(limit // size):
        await client(f"Put{noun}Policy", **named, PolicyName=f"p{number}", PolicyDocument=DOCUMENT)
    await client(f"Put{noun}Policy", **named, PolicyName="p0", PolicyDocument=DOCUMENT)
    error = await client.refused(
        f"Put{noun}Policy", **named, PolicyName="more", PolicyDocument=DOCUMENT
    )
    assert (error.code, error.message) == (
        "LimitExceededException",
        f"Maximum policy size of {limit} bytes exceeded for {noun.lower()} x",
    )


async def test_documents_are_given_back_as_they_came(client):
    """As in `TestIAMPolicyEncoding` of LocalStack's recorded tests: what is encoded in it stays so."""
    resource = "arn:aws:apigateway:us-east-1::/tags/arn%3Aaws%3Aapigateway%3A%2Frestapis%2Fabc"
    statement = {"Effect": "Allow", "Action": ["apigatway:PUT"], "Resource": [resource]}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    await client.user()
    await client("PutUserPolicy", UserName="u", PolicyName="p", PolicyDocument=document)
    found = await client("GetUserPolicy", UserName="u", PolicyName="p")
    assert unquote(found["PolicyDocument"]) == document


def sized(size):
    """A policy that is so long without its white space."""
    empty = {"Sid": "", "Effect": "Allow", "Action": "s3:*", "Resource": "*"}
    rest = size - documents.size(json.dumps({"Version": "2012-10-17", "Statement": empty}))
    statement = empty | {"Sid": "s" * rest}
    return json.dumps({"Version": "2012-10-17", "Statement": statement}, indent=8)


@pytest.mark.parametrize(("noun", "limit"), NOUNS)
async def test_one_may_be_as_long_as_the_limit(client, noun, limit):
    named = await make(client, noun) | {"PolicyName": "p"}
    await client(f"Put{noun}Policy", **named, PolicyDocument=sized(limit))
    longer = {"PolicyDocument": sized(limit + 1)}
    assert (await client.refused(f"Put{noun}Policy", **named, **longer)).status == 409


async def test_a_managed_policy_may_be_as_long_as_the_limit(client):
    await client.policy(document=sized(6144))
    error = await client.refused("CreatePolicy", PolicyName="q", PolicyDocument=sized(6145))
    assert error.status == 409
