"""PutParameter, GetParameter(s), DeleteParameter(s), and versions."""

import asyncio

import pytest

from homeport.aws.ssm import allowed_pattern, limits
from homeport.aws.ssm.engine import names, values
from homeport.errors import StorageFull

ARN = "arn:aws:ssm:us-east-1:000000000000:parameter"


async def test_a_parameter_is_read_as_it_was_put(client, clock):
    assert await client.put("/a/b", "123") == {"Version": 1, "Tier": "Standard"}
    await client.restart()
    parameter = {
        "Name": "/a/b",
        "Type": "String",
        "Value": "123",
        "Version": 1,
        "LastModifiedDate": clock.now(),
        "ARN": f"{ARN}/a/b",
        "DataType": "text",
    }
    assert await client.get("/a/b") == parameter
    assert await client.get(f"{ARN}/a/b") == parameter
    answer = await client("GetParameters", Names=["/a/b", "/none", "/a/b:2", "/a/b:x"])
    assert answer == {
        "Parameters": [parameter],
        "InvalidParameters": ["/none", "/a/b:2", "/a/b:x"],
    }


@pytest.mark.parametrize("made", ["/top", "top"])
@pytest.mark.parametrize("asked", ["/top", "top", " top "])
async def test_a_name_of_one_level_may_have_a_slash(client, made, asked):
    await client.put(made)
    found = await client.get(asked)
    assert (found["Name"], found["ARN"]) == (made, f"{ARN}/top")
    assert (await client.refused("PutParameter", Name=asked, Value="w", Type="String")).code == (
        "ParameterAlreadyExists"
    )
    assert (await client("DeleteParameters", Names=[asked]))["DeletedParameters"] == [asked]
    await client.put(made)
    await client("DeleteParameter", Name=asked)


async def test_versions_are_chosen_by_number_and_by_label(client):
    await client.put("p", "one")
    assert await client.again("p", "two") == {"Version": 2, "Tier": "Standard"}
    await client("LabelParameterVersion", Name="p", ParameterVersion=1, Labels=["old"])
    assert await client.value("p") == "two"
    for selector in (":1", ":old"):
        found = await client.get(f"p{selector}")
        assert (found["Value"], found["Name"], found["Selector"]) == ("one", "p", selector)
        assert (await client.get(f"{ARN}/p{selector}"))["Version"] == 1
    for selector in ("3", "none", "9" * 30):
        error = await client.refused("GetParameter", Name=f"p:{selector}")
        assert error.code == "ParameterVersionNotFound"
        assert error.message == (
            f"Systems Manager could not find version {selector} of p. Verify the version and try again."
        )


async def test_what_is_not_there(client):
    for operation in ("GetParameter", "DeleteParameter", "GetParameterHistory"):
        error = await client.refused(operation, Name="none")
        assert (error.code, error.message) == ("ParameterNotFound", "Parameter none not found.")
    assert await client("DeleteParameters", Names=["none"]) == {
        "DeletedParameters": [],
        "InvalidParameters": ["none"],
    }


async def test_what_an_overwrite_does_not_say_stays(client):
    await client.put("p", "1", "SecureString", Description="d", KeyId="k", AllowedPattern=r"^\d+$")
    await client.again("p", "2")
    await client.again("p", "3", Description="e", DataType="integer")
    history = (await client("GetParameterHistory", Name="p", WithDecryption=True))["Parameters"]
    shown = [
        (each["Value"], each["Description"], each["KeyId"], each["DataType"], each["Version"])
        for each in history
    ]
    assert shown == [
        ("1", "d", "k", "text", 1),
        ("2", "d", "k", "text", 2),
        ("3", "e", "k", "integer", 3),
    ]
    assert all(each["AllowedPattern"] == r"^\d+$" for each in history)
    assert history[0]["LastModifiedUser"] == "arn:aws:iam::000000000000:root"


async def test_the_type_can_change(client):
    await client.put("p", kind="SecureString")
    await client.again("p", "a,b", Type="StringList")
    history = (await client("GetParameterHistory", Name="p"))["Parameters"]
    assert [(each["Type"], each.get("KeyId")) for each in history] == [
        ("SecureString", "alias/aws/ssm"),
        ("StringList", None),
    ]


async def test_a_secure_string_is_shown_to_those_who_decrypt(client):
    await client.put("p", "secret", "SecureString")
    sealed = (await client.get("p"))["Value"]
    assert "secret" not in sealed
    assert sealed.startswith("AQIC")
    assert (await client.get("p"))["Value"] == sealed
    assert await client.value("p") == "secret"
    await client.again("p", "secret")
    assert (await client.get("p"))["Value"] != sealed
    history = (await client("GetParameterHistory", Name="p"))["Parameters"]
    assert "secret" not in [each["Value"] for each in history]


@pytest.mark.parametrize(
    ("name", "code", "text"),
    [
        ("ssm_x", "ValidationException", names.RESERVED),
        ("/AWSx", "ValidationException", names.RESERVED),
        (
            "/aws_x/y",
            "AccessDeniedException",
            "No access to reserved parameter name: /aws_x/y.",
        ),
        ("/SSM/x", "ValidationException", names.UNFIT),
        ("a b", "ValidationException", names.UNFIT),
        ("/a/", "ValidationException", names.UNFIT),
        ("/a//b", "ValidationException", names.UNFIT),
        ("ä", "ValidationException", names.UNFIT),
        ("p:1", "ValidationException", names.UNFIT),
        ("a/b", "ValidationException", names.NOT_QUALIFIED),
        (
            "/x" * 16,
            "HierarchyLevelLimitExceededException",
            "A hierarchy can have a maximum of 15 levels.",
        ),
        ("x" * 1011, "ValidationException", None),
    ],
)
async def test_names_that_are_none(client, name, code, text):
    error = await client.refused("PutParameter", Name=name, Value="v", Type="String")
    assert error.code == code
    assert text is None or error.message == text


async def test_fifteen_levels_are_allowed(client):
    await client.put("/x" * 15)
    assert await client.value("/x" * 15) == "v"


@pytest.mark.parametrize("name", ["{test}-test", "arn:aws:sqs:us-east-1:000000000000:q", "a/b"])
async def test_names_that_cannot_be_asked_for(client, name):
    assert (await client.refused("GetParameter", Name=name)).code == "ValidationException"
    assert (await client.refused("GetParameters", Names=[name])).code == "ValidationException"


@pytest.mark.parametrize(
    ("more", "code", "text"),
    [
        ({"Value": ""}, "ValidationException", None),
        ({"Value": "\ud800"}, "ValidationException", None),
        ({"Value": "{{ssm:x}}"}, "ValidationException", None),
        ({"Value": "x" * 4097}, "ValidationException", values.TOO_LONG),
        ({"Value": "x" * 8193, "Tier": "Advanced"}, "ValidationException", None),
        (
            {"Type": None},
            "ValidationException",
            "A parameter type is required when you create a parameter.",
        ),
        (
            {"Type": "x"},
            "ValidationException",
            (
                "1 validation error detected: Value 'x' at 'type' failed to satisfy constraint: "
                "Member must satisfy enum value set: [String, StringList, SecureString]"
            ),
        ),
        (
            {"DataType": "Text"},
            "ValidationException",
            "The following data type is not supported: Text (Data type names are all lowercase.)",
        ),
        ({"Tags": [], "Overwrite": True}, None, None),
        (
            {"Tags": [{"Key": "k", "Value": "v"}], "Overwrite": True},
            "ValidationException",
            values.TAGS_AND_OVERWRITE,
        ),
        ({"Tags": [{"Key": str(n), "Value": ""} for n in range(51)]}, "TooManyTagsError", None),
        ({"Tags": [{"Key": "aws:x", "Value": ""}]}, "ValidationException", None),
        ({"Policies": "[]"}, None, None),
        ({"Policies": "{}", "Tier": "Advanced"}, "InvalidPolicyAttributeException", None),
        ({"Policies": "[1", "Tier": "Advanced"}, "InvalidPolicyAttributeException", None),
        ({"Policies": '[{"Type": "x"}]', "Tier": "Advanced"}, "InvalidPolicyTypeException", None),
        ({"Policies": '[{"Type": "Expiration"}]'}, "ValidationException", None),
        (
            {
                "Policies": "[" + ", ".join(['{"Type": "Expiration"}'] * 11) + "]",
                "Tier": "Advanced",
            },
            "PoliciesLimitExceededException",
            None,
        ),
    ],
    ids=[
        *("empty", "surrogate", "nested", "long", "longer", "no-type", "type", "data-type"),
        *("no-tags", "tags", "many-tags", "aws-tag", "no-policies", "object", "json"),
        *("policy-type", "policy-tier", "many-policies"),
    ],
)
async def test_parameters_that_are_refused(client, more, code, text):
    params = {"Name": "p", "Value": "v", "Type": "String"} | more
    params = {name: value for name, value in params.items() if value is not None}
    if code is None:
        assert (await client("PutParameter", **params))["Version"] == 1
        return
    error = await client.refused("PutParameter", **params)
    assert error.code == code
    assert text is None or error.message == text
    assert (await client.refused("GetParameter", Name="p")).code == "ParameterNotFound"


async def test_it_is_not_overwritten_by_mistake(client):
    await client.put("p")
    error = await client.refused("PutParameter", Name="p", Value="w", Type="String")
    assert (error.code, error.message) == (
        "ParameterAlreadyExists",
        "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.",
    )
    assert await client.value("p") == "v"


async def test_tiers(client):
    assert (await client.put("a", "x" * 8192, Tier="Advanced"))["Tier"] == "Advanced"
    assert (await client.put("b", Tier="Intelligent-Tiering"))["Tier"] == "Standard"
    assert (await client.again("b", "x" * 4097, Tier="Intelligent-Tiering"))["Tier"] == "Advanced"
    assert (await client.again("b"))["Tier"] == "Advanced"
    error = await client.refused(
        "PutParameter", Name="b", Value="v", Tier="Standard", Overwrite=True
    )
    assert error.message.startswith("This parameter uses the advanced-parameter tier.")


async def test_policies_are_kept_and_can_be_taken_away(client):
    policy = '[{"Type": "Expiration", "Version": "1.0", "Attributes": {"Timestamp": "x"}}]'
    await client.put("p", Tier="Advanced", Policies=policy)
    await client.again("p")
    await client.again("p", Policies="[{}]")
    history = (await client("GetParameterHistory", Name="p"))["Parameters"]
    assert [[each["PolicyType"] for each in version["Policies"]] for version in history] == [
        ["Expiration"],
        ["Expiration"],
        [],
    ]


@pytest.mark.parametrize(
    ("pattern", "value", "code"),
    [
        (r"^\d+$", "12", None),
        (r"\d+", "12a", "ParameterPatternMismatchException"),
        (r"(", "12", "InvalidAllowedPatternException"),
    ],
)
async def test_a_value_must_fit_its_pattern(client, pattern, value, code):
    if code is None:
        await client.put("p", value, AllowedPattern=pattern)
        error = await client.refused("PutParameter", Name="p", Value="x", Overwrite=True)
        assert error.code == "ParameterPatternMismatchException"
        return
    error = await client.refused(
        "PutParameter", Name="p", Value=value, Type="String", AllowedPattern=pattern
    )
    assert error.code == code


async def test_a_pattern_that_takes_for_ever_is_refused(client, monkeypatch):
    monkeypatch.setattr(limits, "PATTERN_S", 0.5)
    error = await client.refused(
        "PutParameter", Name="p", Value="a" * 60 + "b", Type="String", AllowedPattern="(a|a)+"
    )
    assert error.code == "InvalidAllowedPatternException"


async def test_patterns_are_tried_one_after_the_other_where_there_are_many(client, monkeypatch):
    running = most = 0

    async def tried(pattern, value):
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0)
        running -= 1
        return "fits"

    monkeypatch.setattr(allowed_pattern, "_tried", tried)
    await asyncio.gather(*(client.put(f"p{n}", AllowedPattern=".") for n in range(10)))
    assert most == limits.PATTERNS


async def test_the_oldest_of_a_hundred_versions_goes(client):
    await client.put("p")
    for _ in range(100):
        await client.again("p")
    history = await client("GetParameterHistory", Name="p", MaxResults=1)
    assert history["Parameters"][0]["Version"] == 2
    await client("LabelParameterVersion", Name="p", ParameterVersion=2, Labels=["kept"])
    error = await client.refused("PutParameter", Name="p", Value="v", Overwrite=True)
    assert error.code == "ParameterMaxVersionLimitExceeded"
    assert "Version 2, the oldest version, can't be deleted because it has a label" in error.message
    ((count,),) = client.ssm.db.query("SELECT count(*) FROM version")
    assert count == 100


async def test_a_count_of_parameters_is_the_limit_of_a_tier(client, monkeypatch):
    monkeypatch.setattr(limits, "STANDARD_PARAMETERS", 2)
    await client.put("a")
    await client.put("b")
    await client.other(region="eu-west-1").put("c")
    error = await client.refused("PutParameter", Name="c", Value="v", Type="String")
    assert error.code == "ParameterLimitExceeded"
    await client.again("b")
    await client.put("c", Tier="Advanced")


async def test_accounts_and_regions_are_kept_apart(client):
    await client.put("p")
    for other in (client.other(region="eu-west-1"), client.other(account="111111111111")):
        assert (await other.refused("GetParameter", Name="p")).code == "ParameterNotFound"


async def test_history_page_by_page(client):
    await client.put("p")
    for _ in range(4):
        await client.again("p")
    seen, token = [], {}
    while True:
        page = await client("GetParameterHistory", Name="p", MaxResults=2, **token)
        seen.append([each["Version"] for each in page["Parameters"]])
        if "NextToken" not in page:
            break
        token = {"NextToken": page["NextToken"]}
    assert seen == [[1, 2], [3, 4], [5]]


@pytest.mark.parametrize("token", ["?", "ä", "YQ==", "LTE="])
async def test_tokens_that_no_answer_gave(client, token):
    await client.put("p")
    error = await client.refused("GetParameterHistory", Name="p", NextToken=token)
    assert error.code == "InvalidNextToken"


async def test_values_count_towards_the_quota(client):
    client.quota.limit = 400
    await client.put("p", "x" * 100)
    with pytest.raises(StorageFull):
        await client.put("q", "x" * 200)
    await client.restart()
    assert 100 < client.quota.used < 400
    await client("DeleteParameter", Name="p")
    assert client.quota.used == 0
    assert client.ssm.db.query("SELECT count(*) FROM version") == [(0,)]
