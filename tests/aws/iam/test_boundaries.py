import pytest

AWS = "arn:aws:iam::aws:policy/PowerUserAccess"


@pytest.mark.parametrize("noun", ["Role", "User"])
async def test_a_boundary_is_put_and_deleted(client, noun):
    await getattr(client, noun.lower())("x")
    named = {f"{noun}Name": "x"}
    own = await client.policy()
    for arn in (AWS, own):
        await client(f"Put{noun}PermissionsBoundary", **named, PermissionsBoundary=arn)
        found = (await client(f"Get{noun}", **named))[noun]["PermissionsBoundary"]
        assert found == {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": arn}
    policy = (await client("GetPolicy", PolicyArn=own))["Policy"]
    assert (policy["PermissionsBoundaryUsageCount"], policy["AttachmentCount"]) == (1, 0)
    assert (await client.refused("DeletePolicy", PolicyArn=own)).code == "DeleteConflictException"
    await client(f"Delete{noun}PermissionsBoundary", **named)
    assert "PermissionsBoundary" not in (await client(f"Get{noun}", **named))[noun]
    error = await client.refused(f"Delete{noun}PermissionsBoundary", **named)
    assert error.code == "NoSuchEntityException"


@pytest.mark.parametrize(
    ("arn", "code", "text"),
    [
        (
            "arn:aws:iam::000000000000:not_a_boundary",
            "ValidationError",
            "Value (arn:aws:iam::000000000000:not_a_boundary) for parameter PermissionsBoundary is invalid.",
        ),
        (
            "arn:aws:iam::000000000000:policy/none",
            "NoSuchEntityException",
            "Scope ARN: arn:aws:iam::000000000000:policy/none does not exist or is not attachable.",
        ),
    ],
    ids=["form", "none"],
)
async def test_what_can_be_no_boundary(client, arn, code, text):
    error = await client.refused("CreateUser", UserName="u", PermissionsBoundary=arn)
    assert (error.code, error.message) == (code, text)
    assert (await client("ListUsers"))["Users"] == []
