import pytest
from tests.aws.iam.conftest import DOCUMENT

from homeport.aws.iam import limits

DETAILS = ("UserDetailList", "GroupDetailList", "RoleDetailList", "Policies")


async def test_an_alias_is_of_one_account(client):
    await client("CreateAccountAlias", AccountAlias="home")
    other = client.other("111111111111")
    error = await other.refused("CreateAccountAlias", AccountAlias="home")
    assert error.message == "The account alias home already exists."
    assert (await client("ListAccountAliases"))["AccountAliases"] == ["home"]
    await client("CreateAccountAlias", AccountAlias="house")
    assert (await client("ListAccountAliases"))["AccountAliases"] == ["house"]
    assert (await client.refused("DeleteAccountAlias", AccountAlias="home")).status == 404
    await client("DeleteAccountAlias", AccountAlias="house")
    assert (await client("ListAccountAliases"))["AccountAliases"] == []


async def test_the_password_policy_is_kept(client):
    text = "The Password Policy with domain name 000000000000 cannot be found."
    for operation in ("GetAccountPasswordPolicy", "DeleteAccountPasswordPolicy"):
        assert (await client.refused(operation)).message == text
    await client("UpdateAccountPasswordPolicy", MinimumPasswordLength=12, MaxPasswordAge=90)
    policy = (await client("GetAccountPasswordPolicy"))["PasswordPolicy"]
    assert (policy["MinimumPasswordLength"], policy["ExpirePasswords"]) == (12, True)
    assert policy["RequireSymbols"] is False
    await client("UpdateAccountPasswordPolicy")
    policy = (await client("GetAccountPasswordPolicy"))["PasswordPolicy"]
    assert (policy["MinimumPasswordLength"], policy["ExpirePasswords"]) == (6, False)
    await client("DeleteAccountPasswordPolicy")


async def test_the_summary_counts(client):
    await client.role()
    await client.user()
    await client.policy()
    summary = (await client("GetAccountSummary"))["SummaryMap"]
    assert [summary[name] for name in ("Roles", "Users", "Groups", "Policies")] == [1, 1, 0, 1]
    assert (summary["RolesQuota"], summary["VersionsPerPolicyQuota"]) == (1000, 5)
    assert all(type(value) is int for value in summary.values())


async def test_the_details_have_everything(client):
    arn = await client.policy()
    await client.role()
    await client.user()
    await client.group()
    await client("AddUserToGroup", UserName="u", GroupName="g")
    await client("AttachRolePolicy", RoleName="r", PolicyArn=arn)
    await client("AttachRolePolicy", RoleName="r", PolicyArn="arn:aws:iam::aws:policy/New")
    await client("PutUserPolicy", UserName="u", PolicyName="in", PolicyDocument=DOCUMENT)
    found = await client("GetAccountAuthorizationDetails")
    (user,), (group,), (role,) = (found[f"{noun}DetailList"] for noun in ("User", "Group", "Role"))
    assert (user["GroupList"], user["UserPolicyList"][0]["PolicyName"]) == (["g"], "in")
    assert group["AttachedManagedPolicies"] == []
    assert [policy["PolicyName"] for policy in role["AttachedManagedPolicies"]] == ["p", "New"]
    assert [policy["PolicyName"] for policy in found["Policies"]] == ["p", "New"]
    assert found["Policies"][0]["PolicyVersionList"][0]["IsDefaultVersion"] is True


async def test_the_details_are_paged_and_filtered(client):
    for number in range(5):
        await client.role(f"r{number}")
        await client.user(f"u{number}")
    names, marker = [], {}
    while True:
        page = await client("GetAccountAuthorizationDetails", MaxItems=3, **marker)
        names += [user["UserName"] for user in page["UserDetailList"]]
        names += [role["RoleName"] for role in page["RoleDetailList"]]
        if not page["IsTruncated"]:
            break
        marker = {"Marker": page["Marker"]}
    assert names == [f"u{n}" for n in range(5)] + [f"r{n}" for n in range(5)]
    page = await client("GetAccountAuthorizationDetails", Filter=["Role"])
    assert page["IsTruncated"] is False
    assert (len(page["RoleDetailList"]), page["UserDetailList"]) == (5, [])


async def test_accounts_are_limited(client, monkeypatch):
    monkeypatch.setattr(limits, "ACCOUNTS", 1)
    await client.role()
    await client("CreateAccountAlias", AccountAlias="home")
    other = client.other("111111111111")
    for operation, params in (
        ("CreateUser", {"UserName": "u"}),
        ("CreateAccountAlias", {"AccountAlias": "house"}),
    ):
        error = await other.refused(operation, **params)
        assert error.message == "Cannot exceed quota for Accounts: 1"
    await client.user()
    await client("CreateAccountAlias", AccountAlias="house")


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 5, 100])
async def test_pages_of_any_size_have_all_details_once(client, limit):
    for name in ("b", "a"):
        await client.role(name)
        await client.user(name)
        await client.group(name)
        await client.policy(name)
    for name in "ab":
        await client("AttachRolePolicy", RoleName="a", PolicyArn=f"arn:aws:iam::aws:policy/{name}")
    seen, marker = [], {}
    while True:
        page = await client("GetAccountAuthorizationDetails", MaxItems=limit, **marker)
        arns = [each["Arn"] for details in DETAILS for each in page[details]]
        assert len(arns) <= limit
        seen += arns
        if not page["IsTruncated"]:
            break
        marker = {"Marker": page["Marker"]}
    own = [f"{kind}/{name}" for kind in ("user", "group", "role", "policy") for name in "ab"]
    aws = [f"arn:aws:iam::aws:policy/{name}" for name in "ab"]
    assert seen == [f"arn:aws:iam::000000000000:{each}" for each in own] + aws
