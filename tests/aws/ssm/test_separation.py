"""What an ARN leads to, and what a parameter's name alone does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeport.aws.protocol.call import AwsError
from homeport.aws.ssm.engine import names

ARN = "arn:aws:ssm:us-east-1:000000000000:parameter/p"
ELSEWHERE = [
    "arn:aws:ssm:us-east-1:111111111111:parameter/p",
    "arn:aws:ssm:eu-west-1:000000000000:parameter/p",
]


async def everywhere(client):
    await client.put("p", "ours")
    await client.other(account="111111111111").put("p", "theirs")
    await client.other(region="eu-west-1").put("p", "elsewhere")


@pytest.mark.parametrize("arn", ELSEWHERE, ids=["account", "region"])
async def test_an_arn_leads_to_no_other_account_or_region(client, arn):
    await everywhere(client)
    for operation in ("GetParameter", "GetParameterHistory"):
        error = await client.refused(operation, Name=arn)
        assert (error.code, error.message) == ("ParameterNotFound", f"Parameter {arn} not found.")
    answer = await client("GetParameters", Names=[arn, ARN])
    assert answer["InvalidParameters"] == [arn]
    assert [each["Value"] for each in answer["Parameters"]] == ["ours"]


@pytest.mark.parametrize("arn", [ARN, *ELSEWHERE], ids=["own", "account", "region"])
async def test_what_takes_names_takes_no_arn(client, arn):
    await everywhere(client)
    assert (await client.refused("DeleteParameter", Name=arn)).code == "ParameterNotFound"
    answer = await client("DeleteParameters", Names=[arn])
    assert answer == {"DeletedParameters": [], "InvalidParameters": [arn]}
    error = await client.refused("LabelParameterVersion", Name=arn, Labels=["x"])
    assert error.code == "ParameterNotFound"
    error = await client.refused(
        "UnlabelParameterVersion", Name=arn, ParameterVersion=1, Labels=["x"]
    )
    assert error.code == "ParameterNotFound"
    error = await client.refused("ListTagsForResource", ResourceType="Parameter", ResourceId=arn)
    assert error.code == "InvalidResourceId"
    for other, value in (
        (client, "ours"),
        (client.other(account="111111111111"), "theirs"),
        (client.other(region="eu-west-1"), "elsewhere"),
    ):
        assert await other.value("p") == value


async def test_labels_are_for_a_name_without_a_version(client):
    await client.put("p")
    error = await client.refused("LabelParameterVersion", Name="p:1", Labels=["x"])
    assert (error.code, error.message) == ("ParameterNotFound", "Parameter p:1 not found.")


@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws:ssm:us-east-1:000000000000:parameter/",
        "arn:aws:ssm:us-east-1:000000000000:parameter",
        "arn:aws:ssm:us-east-1:0:parameter/p",
        "arn:aws:s3:::bucket",
        "arn:",
    ],
)
async def test_arns_that_are_none(client, arn):
    error = await client.refused("GetParameter", Name=arn)
    assert (error.code, error.message) == (
        "ValidationException",
        f"Invalid parameter ARN: {arn}.",
    )


async def test_everything_of_one_account_is_unseen_by_another(client):
    await client.put("/a/p", Tags=[{"Key": "k", "Value": "v"}])
    other = client.other(account="111111111111")
    assert await other.names("DescribeParameters") == []
    assert await other.names("GetParametersByPath", Path="/a") == []
    for operation, params in [
        ("DeleteParameter", {}),
        ("GetParameterHistory", {}),
        ("LabelParameterVersion", {"Labels": ["x"]}),
    ]:
        error = await other.refused(operation, Name="/a/p", **params)
        assert error.code == "ParameterNotFound"
    error = await other.refused(
        "AddTagsToResource",
        ResourceType="Parameter",
        ResourceId="/a/p",
        Tags=[{"Key": "k", "Value": "w"}],
    )
    assert error.code == "InvalidResourceId"


level = st.text("abcAB019_.-", min_size=1, max_size=5)
paths = st.lists(level, min_size=1, max_size=4).map(lambda levels: "/" + "/".join(levels))


@given(
    paths, st.one_of(st.just(""), st.integers(1, 100).map(":{}".format), level.map(":{}".format))
)
def test_a_name_and_its_arn_lead_to_the_same(path, selector):
    arn = names.arn("000000000000", "r", path)
    address = names.address(arn + selector, "000000000000", "r")
    assert address == names.address(path + selector, "000000000000", "r")
    assert address == names.by_name(f" {path}{selector} ", "000000000000", "r")
    assert address == ("000000000000", "r", path, selector)


@given(st.text(max_size=30))
def test_any_text_is_an_address_or_is_refused(text):
    try:
        found = names.address(text, "000000000000", "r")
    except AwsError as error:
        found = error.code
    if isinstance(found, names.Address):
        names.check(found.path)
    else:
        assert found in {"ValidationException", "ParameterNotFound"}
