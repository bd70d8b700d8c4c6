import pytest
from tests.aws.iam.conftest import TRUST

ARN = "arn:aws:iam::000000000000:"
KINDS = [
    ("Role", {"RoleName": "x"}),
    ("User", {"UserName": "x"}),
    ("Policy", {"PolicyArn": f"{ARN}policy/x"}),
    ("InstanceProfile", {"InstanceProfileName": "x"}),
    ("OpenIDConnectProvider", {"OpenIDConnectProviderArn": f"{ARN}oidc-provider/x.y"}),
]


@pytest.fixture
async def things(client):
    await client.role("x")
    await client.user("x")
    await client.policy("x")
    await client("CreateInstanceProfile", InstanceProfileName="x")
    await client("CreateOpenIDConnectProvider", Url="https://x.y")
    return client


def tags(**values):
    return [{"Key": key, "Value": value} for key, value in values.items()]


@pytest.mark.parametrize(("noun", "named"), KINDS, ids=[noun for noun, _ in KINDS])
async def test_tags_are_set_replaced_and_removed(things, noun, named):
    async def now():
        return (await things(f"List{noun}Tags", **named))["Tags"]

    await things(f"Tag{noun}", **named, Tags=tags(a="1", b="2"))
    await things(f"Tag{noun}", **named, Tags=tags(B="3", c=""))
    assert await now() == tags(B="3", a="1", c="")
    await things(f"Untag{noun}", **named, TagKeys=["b", "none"])
    assert await now() == tags(a="1", c="")


async def test_tags_are_paged(things):
    await things("TagRole", RoleName="x", Tags=tags(a="1", b="2", c="3"))
    first = await things("ListRoleTags", RoleName="x", MaxItems=2)
    rest = await things("ListRoleTags", RoleName="x", MaxItems=2, Marker=first["Marker"])
    assert (first["Tags"], rest["Tags"]) == (tags(a="1", b="2"), tags(c="3"))


@pytest.mark.parametrize(
    ("wrong", "code", "text"),
    [
        (
            tags(a="1", A="2"),
            "InvalidInputException",
            "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
        ),
        (
            [{"Key": "a*", "Value": ""}],
            "ValidationError",
            (
                "1 validation error detected: Value 'a*' at 'tags.1.member.key' failed to satisfy constraint: "
                r"Member must satisfy regular expression pattern: [\p{L}\p{Z}\p{N}_.:/=+\-@]+"
            ),
        ),
        (
            [{"Key": "aws:x", "Value": ""}],
            "InvalidInputException",
            "Tag keys can't begin with aws:, which is reserved for AWS use.",
        ),
    ],
    ids=["duplicate", "characters", "reserved"],
)
async def test_what_can_be_no_tags(client, wrong, code, text):
    error = await client.refused(
        "CreateRole", RoleName="r", AssumeRolePolicyDocument=TRUST, Tags=wrong
    )
    assert (error.code, error.message) == (code, text)


async def test_tags_are_limited(things):
    fifty = tags(**{f"k{number}": "" for number in range(50)})
    await things("TagRole", RoleName="x", Tags=fifty)
    await things("TagRole", RoleName="x", Tags=tags(K0="new"))
    error = await things.refused("TagRole", RoleName="x", Tags=tags(more=""))
    assert (error.code, error.message) == (
        "LimitExceededException",
        "Cannot exceed quota for TagsPerEntity: 50",
    )


async def test_letters_of_all_scripts_are_taken(things):
    await things("TagRole", RoleName="x", Tags=[{"Key": "größe", "Value": "中 文"}])
