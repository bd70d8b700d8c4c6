"""Values, versions and their staging labels; passwords."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeport.aws.secretsmanager import limits
from homeport.aws.secretsmanager.engine import stages
from homeport.errors import StorageFull

DAY_S = 86_400
EITHER = "Either 'SecretIdList' or 'Filters' must be provided, but not both."


async def test_a_value_is_read_as_it_was_put(client, clock):
    made = await client.make(value="hällo\u0000")
    await client.restart()
    assert await client("GetSecretValue", SecretId="s") == {
        "ARN": made["ARN"],
        "Name": "s",
        "VersionId": made["VersionId"],
        "VersionStages": ["AWSCURRENT"],
        "CreatedDate": clock.now(),
        "SecretString": "hällo\u0000",
    }


async def test_a_binary_value(client):
    await client("CreateSecret", Name="s", SecretBinary=b"\x00\x01\xff")
    answer = await client("GetSecretValue", SecretId="s")
    assert answer["SecretBinary"] == b"\x00\x01\xff"
    assert "SecretString" not in answer
    await client("PutSecretValue", SecretId="s", SecretBinary=b"\xfe")
    assert (await client("GetSecretValue", SecretId="s"))["SecretBinary"] == b"\xfe"


async def test_a_new_value_is_the_current_one(client):
    await client.make(value="1")
    assert await client.stages() == {"1": ["AWSCURRENT"]}
    await client.put("2")
    assert await client.stages() == {"2": ["AWSCURRENT"], "1": ["AWSPREVIOUS"]}
    await client.put("3")
    assert await client.stages() == {"3": ["AWSCURRENT"], "2": ["AWSPREVIOUS"]}
    assert await client.value(VersionStage="AWSPREVIOUS") == "2"


async def test_labels_of_our_own_move(client):
    await client.make(value="0")
    answer = await client(
        "PutSecretValue", SecretId="s", SecretString="1", VersionStages=["one", "two", "three"]
    )
    assert answer["VersionStages"] == ["one", "three", "two"]
    await client.put("2", VersionStages=["four", "one", "two"])
    assert await client.stages() == {
        "0": ["AWSCURRENT"],
        "1": ["three"],
        "2": ["four", "one", "two"],
    }
    assert await client.value() == "0"


async def test_a_value_is_put_once_for_a_token(client):
    await client.make()
    token = {"ClientRequestToken": "t" * 32}
    first = await client.put("w", **token)
    assert await client.put("w", **token) == first == "t" * 32
    error = await client.refused("PutSecretValue", SecretId="s", SecretString="other", **token)
    assert error.code == "ResourceExistsException"
    assert error.message.startswith(f"You can't use ClientRequestToken {'t' * 32} because")
    assert await client.stages() == {"w": ["AWSCURRENT"], "v": ["AWSPREVIOUS"]}


@pytest.mark.parametrize(
    ("params", "code", "text"),
    [
        (
            {"VersionStage": "AWSPREVIOUS"},
            "ResourceNotFoundException",
            "Secrets Manager can't find the specified secret value for staging label: AWSPREVIOUS",
        ),
        (
            {"VersionId": "x" * 32},
            "ResourceNotFoundException",
            f"Secrets Manager can't find the specified secret value for VersionId: {'x' * 32}",
        ),
        (
            {"VersionId": f"{1:032}", "VersionStage": "AWSPREVIOUS"},
            "InvalidRequestException",
            "You provided a VersionStage that is not associated to the provided VersionId.",
        ),
    ],
    ids=["stage", "version", "both"],
)
async def test_versions_that_are_not_there(client, params, code, text):
    await client.make()
    error = await client.refused("GetSecretValue", SecretId="s", **params)
    assert (error.code, error.message) == (code, text)


async def test_a_value_must_be_given(client):
    await client.make()
    error = await client.refused("PutSecretValue", SecretId="s")
    assert (error.code, error.message) == (
        "InvalidRequestException",
        "You must provide either SecretString or SecretBinary.",
    )


async def test_versions_are_listed(client, clock):
    ids = [(await client.make(value="1"))["VersionId"]]
    ids += [await client.put(value) for value in "23"]
    answer = await client("ListSecretVersionIds", SecretId="s")
    assert [each["VersionId"] for each in answer["Versions"]] == ids[1:]
    assert answer["Versions"][0] == {
        "VersionId": ids[1],
        "VersionStages": ["AWSPREVIOUS"],
        "CreatedDate": clock.now(),
        "KmsKeyIds": ["DefaultEncryptionKey"],
    }
    page = await client("ListSecretVersionIds", SecretId="s", IncludeDeprecated=True, MaxResults=2)
    assert [each.get("VersionStages") for each in page["Versions"]] == [None, ["AWSPREVIOUS"]]
    rest = await client(
        "ListSecretVersionIds", SecretId="s", IncludeDeprecated=True, NextToken=page["NextToken"]
    )
    assert [each["VersionId"] for each in rest["Versions"]] == ids[2:]


async def test_the_day_of_the_last_read_is_told_and_written_once(client, clock):
    await client.make()
    assert "LastAccessedDate" not in await client("DescribeSecret", SecretId="s")
    await client.value()
    day = clock.now() // DAY_S * DAY_S
    assert (await client("DescribeSecret", SecretId="s"))["LastAccessedDate"] == day
    commits = client.manager.db.commits
    await client.value()
    assert client.manager.db.commits == commits
    await clock.advance(DAY_S)
    await client.value()
    versions = (await client("ListSecretVersionIds", SecretId="s"))["Versions"]
    assert versions[0]["LastAccessedDate"] == day + DAY_S


async def test_a_value_can_be_read_while_nothing_can_be_written(client, monkeypatch):
    await client.make()

    async def refuse(_):
        raise StorageFull("The disk is full.")

    monkeypatch.setattr(client.manager.db, "write", refuse)
    assert await client.value() == "v"


async def versions(client, *values):
    made = [(await client.make(value=values[0]))["VersionId"]]
    return made + [await client.put(value, VersionStages=["AWSPENDING"]) for value in values[1:]]


async def move(client, label, **params):
    return await client("UpdateSecretVersionStage", SecretId="s", VersionStage=label, **params)


async def test_what_was_pending_becomes_current(client):
    first, second = await versions(client, "1", "2")
    await move(client, "AWSCURRENT", RemoveFromVersionId=first, MoveToVersionId=second)
    assert await client.stages() == {"2": ["AWSCURRENT", "AWSPENDING"], "1": ["AWSPREVIOUS"]}
    await move(client, "AWSPENDING", RemoveFromVersionId=second)
    assert await client.stages() == {"2": ["AWSCURRENT"], "1": ["AWSPREVIOUS"]}
    await move(client, "AWSCURRENT", RemoveFromVersionId=second, MoveToVersionId=first)
    assert await client.stages() == {"1": ["AWSCURRENT"], "2": ["AWSPREVIOUS"]}


async def test_moves_that_are_refused(client):
    first, second = await versions(client, "1", "2")
    for params, text in [
        (
            {"MoveToVersionId": second},
            (
                f"The parameter RemoveFromVersionId can't be empty. Staging label AWSCURRENT is currently attached to "
                f"version {first}, so you must explicitly reference that version in RemoveFromVersionId."
            ),
        ),
        (
            {"RemoveFromVersionId": first},
            (
                "You can only move staging label AWSCURRENT to a different secret version. "
                "It can't be completely removed."
            ),
        ),
        (
            {"RemoveFromVersionId": second, "MoveToVersionId": first},
            f"The staging label AWSCURRENT is not attached to the version {second}.",
        ),
        ({}, "You must provide MoveToVersionId or RemoveFromVersionId."),
        ({"MoveToVersionId": "x" * 32}, "Secrets Manager can't find the specified secret value"),
    ]:
        error = await client.refused(
            "UpdateSecretVersionStage", SecretId="s", VersionStage="AWSCURRENT", **params
        )
        assert error.message.startswith(text)
    assert await client.stages() == {"1": ["AWSCURRENT"], "2": ["AWSPENDING"]}


async def test_a_new_label_needs_no_version_to_leave(client):
    first, _ = await versions(client, "1", "2")
    await move(client, "mine", MoveToVersionId=first)
    await move(client, "mine", MoveToVersionId=first)
    assert await client.stages() == {"1": ["AWSCURRENT", "mine"], "2": ["AWSPENDING"]}


async def test_a_secret_has_twenty_labels_at_most(client):
    await client.make()
    await client.put("w", VersionStages=[str(number) for number in range(19)])
    error = await client.refused(
        "PutSecretValue", SecretId="s", SecretString="x", VersionStages=["more"]
    )
    assert error.code == "LimitExceededException"


async def test_old_versions_without_a_label_go(client, clock, monkeypatch):
    monkeypatch.setattr(limits, "VERSIONS", 3)
    await client.make(value="0")
    for number in range(1, 8):
        await client.put(str(number))
    assert client.manager.db.query("SELECT count(*) FROM version") == [(8,)]
    await clock.advance(DAY_S)
    await client.put("8")
    rows = client.manager.db.query("SELECT string FROM value ORDER BY number")
    assert "".join(value for (value,) in rows) == "45678"


async def test_there_can_be_too_many_versions(client, monkeypatch):
    monkeypatch.setattr(limits, "ALL_VERSIONS", 2)
    await client.make(value="0")
    await client.put("1")
    error = await client.refused("PutSecretValue", SecretId="s", SecretString="2")
    assert error.code == "LimitExceededException"


async def test_many_values_at_once(client):
    await client.make("a", "1")
    await client.make("b", "2")
    await client.make("gone")
    await client("DeleteSecret", SecretId="gone")
    answer = await client("BatchGetSecretValue", SecretIdList=["b", "none", "a", "gone", "a"])
    assert [each["SecretString"] for each in answer["SecretValues"]] == ["2", "1"]
    assert [(each["SecretId"], each["ErrorCode"]) for each in answer["Errors"]] == [
        ("none", "ResourceNotFoundException"),
        ("gone", "InvalidRequestException"),
    ]


async def test_many_values_by_filters(client):
    for name in "abc":
        await client.make(name, name)
    filters = [{"Key": "name", "Values": ["!b"]}]
    page = await client("BatchGetSecretValue", Filters=filters, MaxResults=1)
    rest = await client("BatchGetSecretValue", Filters=filters, NextToken=page["NextToken"])
    seen = [each["SecretString"] for each in page["SecretValues"] + rest["SecretValues"]]
    assert seen == ["a", "c"]
    assert "NextToken" not in rest


@pytest.mark.parametrize(
    ("params", "text"),
    [
        ({}, EITHER),
        ({"SecretIdList": ["a"], "Filters": [{"Key": "name", "Values": ["a"]}]}, EITHER),
        (
            {"SecretIdList": ["a"], "MaxResults": 1},
            (
                "'Filters' not specified. 'Filters' must also be specified when 'MaxResults' "
                "is provided."
            ),
        ),
    ],
    ids=["neither", "both", "limit"],
)
async def test_batches_that_are_none(client, params, text):
    error = await client.refused("BatchGetSecretValue", **params)
    assert (error.code, error.message) == ("InvalidParameterException", text)


KINDS = {
    "ExcludeLowercase": string.ascii_lowercase,
    "ExcludeUppercase": string.ascii_uppercase,
    "ExcludeNumbers": string.digits,
    "ExcludePunctuation": string.punctuation,
}


async def password(client, **params):
    return (await client("GetRandomPassword", **params))["RandomPassword"]


async def test_a_password_has_all_kinds_of_characters(client):
    for _ in range(50):
        made = await password(client, PasswordLength=4)
        assert len(made) == 4
        assert all(set(made) & set(kind) for kind in KINDS.values())
    assert len(await password(client)) == 32


@pytest.mark.parametrize("excluded", sorted(KINDS))
async def test_a_password_without_a_kind(client, excluded):
    made = await password(client, PasswordLength=500, **{excluded: True})
    assert not set(made) & set(KINDS[excluded])


async def test_a_password_with_a_space_and_without_some(client):
    made = await password(client, PasswordLength=5, IncludeSpace=True, ExcludeCharacters="abc")
    assert " " in made
    assert not set(await password(client, PasswordLength=900, ExcludeCharacters="aB1#")) & set(
        "aB1#"
    )


@pytest.mark.parametrize(
    ("params", "code", "text"),
    [
        (
            {"PasswordLength": 3},
            "InvalidParameterException",
            "Password length is too short based on the required types.",
        ),
        ({"PasswordLength": 4097}, "ValidationException", "value less than or equal to 4096"),
        (
            dict.fromkeys(KINDS, True),
            "InvalidParameterException",
            "No characters are left to make a password of.",
        ),
    ],
    ids=["short", "long", "none"],
)
async def test_passwords_that_cannot_be(client, params, code, text):
    error = await client.refused("GetRandomPassword", **params)
    assert (error.code, text in error.message) == (code, True)
    if params.get("PasswordLength") == 3:
        assert len(await password(client, PasswordLength=3, RequireEachIncludedType=False)) == 3


labels = st.sets(st.sampled_from(["AWSCURRENT", "AWSPREVIOUS", "AWSPENDING", "x"]))


@given(st.lists(st.tuples(st.integers(1, 4), labels), max_size=12))
def test_a_label_is_with_one_version_and_the_last_current_one_is_the_previous(history):
    there = dict.fromkeys(range(1, 5), ())
    for number, wanted in history:
        before = stages.holder(there, "AWSCURRENT")
        there = stages.attached(there, number, wanted)
        every = [label for version in there.values() for label in version]
        assert len(every) == len(set(every))
        assert wanted - {"AWSPREVIOUS"} <= set(there[number])
        if "AWSCURRENT" in wanted and before not in (None, number):
            assert "AWSPREVIOUS" in there[before]
