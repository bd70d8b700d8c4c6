import pytest

from homeport.aws.iam import limits

AWS = "arn:aws:iam::aws:policy/"
NOUNS = ["Role", "User", "Group"]


async def make(client, noun, name="x"):
    await getattr(client, noun.lower())(name)
    return {f"{noun}Name": name}


@pytest.mark.parametrize("noun", NOUNS)
async def test_policies_are_attached_and_detached(client, noun):
    named = await make(client, noun)
    own = await client.policy("Own", Path="/a/")
    for arn in (own, f"{AWS}AdministratorAccess", own):
        await client(f"Attach{noun}Policy", **named, PolicyArn=arn)
    listed = await client(f"ListAttached{noun}Policies", **named)
    assert listed == {
        "AttachedPolicies": [
            {"PolicyName": "AdministratorAccess", "PolicyArn": f"{AWS}AdministratorAccess"},
            {"PolicyName": "Own", "PolicyArn": own},
        ],
        "IsTruncated": False,
    }
    some = await client(f"ListAttached{noun}Policies", **named, PathPrefix="/a/")
    assert [policy["PolicyName"] for policy in some["AttachedPolicies"]] == ["Own"]
    await client(f"Detach{noun}Policy", **named, PolicyArn=own)
    error = await client.refused(f"Detach{noun}Policy", **named, PolicyArn=own)
    assert (error.code, error.message) == ("NoSuchEntityException", f"Policy {own} was not found.")


@pytest.mark.parametrize(
    ("arn", "code", "text"),
    [
        ("longpolicyname", "ValidationError", "Invalid ARN:  Could not be parsed!"),
        (
            "arn:aws:iam::000000000000:policy/none",
            "NoSuchEntityException",
            "Policy arn:aws:iam::000000000000:policy/none does not exist or is not attachable.",
        ),
        (
            f"{AWS}AWSLambdaBasicExecutionRole",
            "NoSuchEntityException",
            f"Policy {AWS}AWSLambdaBasicExecutionRole does not exist or is not attachable.",
        ),
        (
            "arn:aws:iam::111111111111:policy/p",
            "NoSuchEntityException",
            "Policy arn:aws:iam::111111111111:policy/p does not exist or is not attachable.",
        ),
    ],
    ids=["form", "none", "path", "account"],
)
async def test_what_cannot_be_attached(client, arn, code, text):
    await client.role()
    await client.other("111111111111").policy("p")
    error = await client.refused("AttachRolePolicy", RoleName="r", PolicyArn=arn)
    assert (error.code, error.message) == (code, text)


@pytest.mark.parametrize("noun", NOUNS)
async def test_attached_policies_are_limited(client, noun):
    named = await make(client, noun)
    for number in range(limits.ATTACHED_POLICIES):
        await client(f"Attach{noun}Policy", **named, PolicyArn=f"{AWS}P{number}")
    await client(f"Attach{noun}Policy", **named, PolicyArn=f"{AWS}P0")
    error = await client.refused(f"Attach{noun}Policy", **named, PolicyArn=f"{AWS}more")
    assert (error.code, error.message) == (
        "LimitExceededException",
        f"Cannot exceed quota for PoliciesPer{noun}: 10",
    )


async def test_who_has_a_policy(client):
    arn = await client.policy()
    for noun in NOUNS:
        named = await make(client, noun, f"my{noun}")
        await client(f"Attach{noun}Policy", **named, PolicyArn=arn)
    await client.role("bounded", PermissionsBoundary=arn)
    await client("PutUserPermissionsBoundary", UserName="myUser", PermissionsBoundary=arn)

    async def holders(**params):
        found = await client("ListEntitiesForPolicy", PolicyArn=arn, **params)
        return [[each[f"{noun}Name"] for each in found[f"Policy{noun}s"]] for noun in NOUNS]

    assert await holders() == [["bounded", "myRole"], ["myUser"], ["myGroup"]]
    assert await holders(EntityFilter="User") == [[], ["myUser"], []]
    assert await holders(PolicyUsageFilter="PermissionsBoundary") == [["bounded"], ["myUser"], []]
    first = await client("ListEntitiesForPolicy", PolicyArn=arn, MaxItems=3)
    rest = await client("ListEntitiesForPolicy", PolicyArn=arn, Marker=first["Marker"])
    assert (first["IsTruncated"], rest["IsTruncated"]) == (True, False)
    assert [each["UserName"] for each in rest["PolicyUsers"]] == ["myUser"]
