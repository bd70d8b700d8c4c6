"""Resource-based policies. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/access-control-resource-based.html"""

import json

import pytest

ARN = "arn:aws:dynamodb:us-east-1:000000000000:table/tab"
INVALID = "One or more parameter values were invalid: "
DOCUMENT = f"{INVALID}Invalid policy document: "
NOT_FOUND = "Resource-based policy not found for the provided ResourceArn: "


def statement(**more):
    return {
        "Sid": "one",
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::111111111111:root"},
        "Action": "dynamodb:GetItem",
        "Resource": ARN,
    } | more


def policy(*statements, **more):
    document = {"Version": "2012-10-17", "Statement": list(statements or [statement()])} | more
    return json.dumps(document, separators=(",", ":"))


def without(name):
    return {key: value for key, value in statement().items() if key != name}


@pytest.fixture(autouse=True)
async def table(client, define):
    stream = {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}
    await client("CreateTable", **define.table(StreamSpecification=stream))


@pytest.fixture
def put(client):
    async def call(text, **more):
        answer = await client("PutResourcePolicy", ResourceArn=ARN, Policy=text, **more)
        return answer["RevisionId"]

    return call


async def test_put_get_delete(client, put, clock):
    """https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/details/DDB-TABLE-207.md"""
    revision = await put(policy())
    assert revision == str(int(clock.now() * 1000))
    kept = {"Policy": policy(), "RevisionId": revision}
    assert await client("GetResourcePolicy", ResourceArn=ARN) == kept
    await client.restart()
    assert await client("GetResourcePolicy", ResourceArn=ARN) == kept
    assert await client("DeleteResourcePolicy", ResourceArn=ARN) == {"RevisionId": revision}
    assert await client("DeleteResourcePolicy", ResourceArn=ARN) == {}
    error = await client.refused("GetResourcePolicy", ResourceArn=ARN)
    assert (error.code, error.message) == ("PolicyNotFoundException", f"{NOT_FOUND}{ARN}")


async def test_revisions_grow(put):
    first = await put(policy())
    second = await put(policy(statement(Sid="two")))
    assert int(second) > int(first)


@pytest.mark.parametrize(
    "same",
    [
        json.dumps(json.loads(policy()), indent=4),
        policy(statement(Action=["dynamodb:GetItem"])),
        policy(statement(Principal={"AWS": "111111111111"})),
        policy(statement(Principal={"AWS": ["111111111111", "arn:aws:iam::111111111111:root"]})),
        policy(statement(Effect="allow")),
        policy(Statement=statement()),
        policy(dict(reversed(statement().items()))),
    ],
)
async def test_the_same_in_other_words(client, put, clock, same):
    """https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/details/DDB-TABLE-208.md"""
    revision = await put(policy())
    await clock.advance(20)
    assert await put(same) == revision
    assert (await client("GetResourcePolicy", ResourceArn=ARN))["Policy"] == policy()


async def test_a_document_without_version(client, put):
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html"""
    await put(json.dumps({"Statement": [statement()]}))
    kept = json.loads((await client("GetResourcePolicy", ResourceArn=ARN))["Policy"])
    assert kept["Version"] == "2008-10-17"


class TestRevisions:
    """https://github.com/getmoto/moto/blob/master/tests/test_dynamodb/test_dynamodb_resource_policy.py"""

    @pytest.fixture
    def refused(self, client):
        async def call(operation, expected):
            more = {"Policy": policy()} if operation == "PutResourcePolicy" else {}
            error = await client.refused(
                operation, ResourceArn=ARN, ExpectedRevisionId=expected, **more
            )
            assert error.code == "PolicyNotFoundException"
            return error.message

        return call

    @pytest.mark.parametrize("operation", ["PutResourcePolicy", "DeleteResourcePolicy"])
    async def test_another_revision(self, put, refused, operation):
        revision = await put(policy(statement(Sid="two")))
        assert await refused(operation, "123") == (
            f"{NOT_FOUND}Requested update for policy with revision id 123, but the policy associated to "
            f"target table tab has revision id {revision}."
        )

    @pytest.mark.parametrize("operation", ["PutResourcePolicy", "DeleteResourcePolicy"])
    async def test_no_policy(self, refused, operation):
        """https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/table-policy-kinesis-autoscaling.md#ddb-table-205"""
        assert await refused(operation, "123") == (
            f"{NOT_FOUND}Requested update for policy with revision id 123, but table tab has no associated "
            "policy."
        )

    async def test_this_revision(self, client, put):
        first = await put(policy(), ExpectedRevisionId="NO_POLICY")
        second = await put(policy(statement(Sid="two")), ExpectedRevisionId=first)
        await client("DeleteResourcePolicy", ResourceArn=ARN, ExpectedRevisionId=second)

    async def test_there_is_a_policy_already(self, put, refused):
        """https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutResourcePolicy.html"""
        await put(policy())
        assert "NO_POLICY" in await refused("PutResourcePolicy", "NO_POLICY")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{not json", f"{DOCUMENT}This policy contains invalid Json"),
        ("[]", f"{DOCUMENT}This policy contains invalid Json"),
        ("null", f"{DOCUMENT}This text appears not to be a policy"),
        ("{}", f"{DOCUMENT}Syntax error at position (1,3)"),
        (policy(More=1), f"{DOCUMENT}Syntax error at position (1,3)"),
        (policy(statement(More=1)), f"{DOCUMENT}Syntax error at position (1,3)"),
        (policy(statement(Principal=7)), f"{DOCUMENT}Syntax error at position (1,3)"),
        (policy(statement(Principal={"AWS": 7})), f"{DOCUMENT}Syntax error at position (1,3)"),
        (policy(statement(Effect="Maybe")), f"{DOCUMENT}Invalid effect: Maybe"),
        (policy(Statement=[]), f"{DOCUMENT}Could not parse the policy: Statement is empty!"),
        (policy({}), f"{DOCUMENT}Missing required field Effect"),
        (policy(without("Resource")), f"{DOCUMENT}Missing required field Resource"),
        (
            policy(statement(), statement(Action="dynamodb:PutItem")),
            f"{DOCUMENT}The Statement Ids in the policy are not unique",
        ),
        (" " * 20481, f"{INVALID}Maximum policy size of 20480 bytes exceeded"),
        (
            policy(statement(Principal="*")),
            (
                "Resource-based policy grants unbounded access in one or more elements. Please revise the policy "
                "to ensure least-privilege form of access"
            ),
        ),
        (
            policy(statement(Principal={"AWS": ["*", "111111111111"]})),
            (
                "Resource-based policy grants unbounded access in one or more elements. Please revise the policy "
                "to ensure least-privilege form of access"
            ),
        ),
    ],
)
async def test_what_is_no_policy(client, text, message):
    """https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/details/DDB-TABLE-211.md,
    https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/service.md#ddb-table-457
    """
    assert await client.invalid("PutResourcePolicy", ResourceArn=ARN, Policy=text) == message


async def test_a_stream_has_its_own(client, put, described):
    await put(policy())
    stream = (await described())["LatestStreamArn"]
    assert (await client.refused("GetResourcePolicy", ResourceArn=stream)).message == (
        f"{NOT_FOUND}{stream}"
    )
    other = policy(statement(Action="dynamodb:GetRecords", Resource=stream))
    await client("PutResourcePolicy", ResourceArn=stream, Policy=other)
    assert (await client("GetResourcePolicy", ResourceArn=stream))["Policy"] == other


OPERATIONS = {
    "PutResourcePolicy": {"Policy": policy()},
    "GetResourcePolicy": {},
    "DeleteResourcePolicy": {},
}


@pytest.mark.parametrize("operation", OPERATIONS)
class TestResources:
    """https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/details/DDB-TABLE-212.md"""

    @pytest.fixture
    def refused(self, client, operation):
        async def call(arn):
            error = await client.refused(operation, ResourceArn=arn, **OPERATIONS[operation])
            return error.code, error.message

        return call

    async def test_no_arn(self, refused):
        assert (await refused("tab"))[1] == f"{INVALID}ARNs must start with 'arn:': tab"

    async def test_another_account(self, refused):
        arn = ARN.replace("0" * 12, "1" * 12)
        assert await refused(arn) == (
            "ValidationException",
            "This action is only supported by accounts that match the resource owner’s account.",
        )

    @pytest.mark.parametrize("change", [("us-east-1", "eu-west-1"), ("arn:aws:", "arn:aws-cn:")])
    async def test_another_place(self, refused, change):
        arn = ARN.replace(*change)
        assert (await refused(arn))[1] == f"{INVALID}Invalid resource Arn: {arn}"

    async def test_no_such_table(self, refused):
        assert await refused(f"{ARN}s") == (
            "ResourceNotFoundException",
            "Requested resource not found: Table: tabs not found",
        )

    async def test_no_such_stream(self, refused):
        assert await refused(f"{ARN}/stream/2000-01-01T00:00:00.000") == (
            "ResourceNotFoundException",
            "Requested resource not found: Stream: 2000-01-01T00:00:00.000 not found for Table: tab",
        )
