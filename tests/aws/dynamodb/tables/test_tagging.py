"""Tags of tables. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Tagging.html"""

import pytest

ARN = "arn:aws:dynamodb:us-east-1:000000000000:table/tab"
TOO_MANY = "Number of Tags exceed the current limit for the provided ResourceArn"
INVALID = "One or more parameter values were invalid: "


def tags(**pairs):
    return [{"Key": key, "Value": value} for key, value in pairs.items()]


def many(count, start=0):
    return [{"Key": f"k{number}", "Value": "v"} for number in range(start, start + count)]


@pytest.fixture(autouse=True)
async def table(client, define):
    await client("CreateTable", **define.table())


@pytest.fixture
def listed(client):
    async def read():
        return (await client("ListTagsOfResource", ResourceArn=ARN))["Tags"]

    return read


async def test_added_replaced_and_taken_away(client, listed):
    assert await listed() == []
    assert await client("TagResource", ResourceArn=ARN, Tags=tags(a="1", b="2")) == {}
    await client("TagResource", ResourceArn=ARN, Tags=tags(b="3", c=""))
    assert await listed() == tags(a="1", b="3", c="")
    assert await client("UntagResource", ResourceArn=ARN, TagKeys=["a", "absent"]) == {}
    assert await listed() == tags(b="3", c="")
    await client.restart()
    assert await listed() == tags(b="3", c="")


async def test_fifty_at_most(client, listed):
    """https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/details/DDB-TABLE-108.md"""
    await client("TagResource", ResourceArn=ARN, Tags=many(50))
    for wrong in (many(1, start=50), many(51)):
        assert await client.invalid("TagResource", ResourceArn=ARN, Tags=wrong) == TOO_MANY
    await client("TagResource", ResourceArn=ARN, Tags=many(50))
    keys = [f"k{number}" for number in range(51)]
    assert await client.invalid("UntagResource", ResourceArn=ARN, TagKeys=keys) == TOO_MANY
    assert len(await listed()) == 50


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ([], "Atleast one Tag needs to be provided as Input."),
        (tags(**{"aws:x": "1"}), "Tag Key cannot be prefixed with aws:, Key: aws:x"),
        (tags(**{"#": "1"}), "The Tag Key provided is invalid, Key: #"),
        (tags(good="1", a="100%"), "The Tag Value provided is invalid, Value: 100%"),
        (tags(**{"k" * 129: "1"}), f"The Tag Key provided is invalid, Key: {'k' * 129}"),
        (tags(a="v" * 257), f"The Tag Value provided is invalid, Value: {'v' * 257}"),
        (tags(**{"": "1"}), "The Tag Key provided is invalid, Key: "),
        ([{"Value": "1"}], "The Tag Key provided is invalid, Key: null"),
        ([{"Key": "a"}], "The Tag Value provided is invalid, Value: null"),
        (tags(a="🔑"), "The Tag Value provided is invalid, Value: 🔑"),
        (tags(a="1") * 2, "Duplicate Tag Keys provided as input: Duplicate Tag Key found a"),
    ],
)
async def test_what_is_no_tag(client, listed, given, message):
    """https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/service.md#ddb-table-107"""
    assert await client.invalid("TagResource", ResourceArn=ARN, Tags=given) == message
    assert await listed() == []


async def test_what_may_be_in_a_tag(client, listed):
    """https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/service.md#ddb-table-372"""
    given = tags(ключ="café 表", sign="a+b-c=d.e_f:g/h@i")
    await client("TagResource", ResourceArn=ARN, Tags=given)
    assert await listed() == given


async def test_no_keys_to_take_away(client):
    assert await client.invalid("UntagResource", ResourceArn=ARN, TagKeys=[]) == (
        "Atleast one Tag Key needs to be provided as Input."
    )


OPERATIONS = {
    "TagResource": {"Tags": tags(a="1")},
    "UntagResource": {"TagKeys": ["a"]},
    "ListTagsOfResource": {},
}


@pytest.mark.parametrize("operation", OPERATIONS)
class TestResources:
    """https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/service.md#ddb-table-442"""

    @pytest.fixture
    def invalid(self, client, operation):
        async def call(arn):
            return await client.invalid(operation, ResourceArn=arn, **OPERATIONS[operation])

        return call

    async def test_no_arn(self, invalid):
        assert await invalid("tab") == f"{INVALID}ARNs must start with 'arn:': tab"

    async def test_arn_of_another_service(self, invalid):
        arn = "arn:aws:sqs:us-east-1:000000000000:q"
        assert await invalid(arn) == f"{INVALID}Provided Arn is not a DynamoDB resource arn: {arn}"

    async def test_arn_of_a_backup(self, invalid):
        arn = f"{ARN}/backup/01700000000000-abcdef01"
        assert await invalid(arn) == f"{INVALID}Provided Arn is not a DynamoDB resource arn: {arn}"

    async def test_arn_of_an_index(self, invalid):
        arn = f"{ARN}/index/gsi"
        assert await invalid(arn) == (
            f"{INVALID}Invalid resource arn provided, only table or stream is accepted. "
            f"Provided resource arn: {arn}"
        )

    async def test_another_region(self, invalid):
        arn = ARN.replace("us-east-1", "eu-west-1")
        assert await invalid(arn) == (
            f"Invalid TableArn: Invalid ResourceArn provided as input {arn}"
        )

    async def test_another_account(self, client, operation):
        """https://github.com/nubo-db/dynamodb-conformance/blob/main/tests/tier2/tags/basic.test.ts"""
        error = await client.other().refused(operation, ResourceArn=ARN, **OPERATIONS[operation])
        assert error.code == "AccessDeniedException"

    async def test_no_such_table(self, client, operation):
        """https://github.com/architect/dynalite/blob/main/test/tagResource.js"""
        arn = f"{ARN}s"
        error = await client.refused(operation, ResourceArn=arn, **OPERATIONS[operation])
        assert error.code == "ResourceNotFoundException"
        assert error.message == f"Requested resource not found: ResourceArn: {arn} not found"
