"""Versions: test_publish_version_on_create, test_version_lifecycle, test_publish_with_wrong_sha256."""

import pytest
from tests.aws.lambda_.conftest import ARN, zipped

from homeport.aws.protocol.call import AwsError


async def listed(client, **more):
    page = await client("ListVersionsByFunction", FunctionName="f", **more)
    return [version["Version"] for version in page["Versions"]]


async def test_publishing_twice_is_publishing_once(client):
    made = await client.make(Publish=True)
    assert (made["Version"], made["FunctionArn"]) == ("1", f"{ARN}f")
    again = await client("PublishVersion", FunctionName="f", Description="other")
    assert (again["Version"], again["FunctionArn"]) == ("1", f"{ARN}f:1")
    assert again["RevisionId"] == made["RevisionId"]
    assert await listed(client) == ["$LATEST", "1"]


async def test_a_change_makes_another_version(client):
    await client.make(Publish=True)
    await client("UpdateFunctionConfiguration", FunctionName="f", Description="new")
    second = await client("PublishVersion", FunctionName="f")
    assert (second["Version"], second["Description"]) == ("2", "new")
    third = await client(
        "UpdateFunctionCode", FunctionName="f", ZipFile=zipped({"a": "b"}), Publish=True
    )
    assert (third["Version"], third["FunctionArn"]) == ("3", f"{ARN}f:3")
    first = await client("GetFunctionConfiguration", FunctionName="f", Qualifier="1")
    assert first["Description"] == ""
    assert first["CodeSha256"] != third["CodeSha256"]


async def test_a_change_and_back_is_no_change(client):
    await client.make(Publish=True)
    await client("UpdateFunctionConfiguration", FunctionName="f", Timeout=9)
    await client("UpdateFunctionConfiguration", FunctionName="f", Timeout=3)
    assert (await client("PublishVersion", FunctionName="f"))["Version"] == "1"


async def test_a_description_of_its_own(client):
    await client.make(Description="of the function")
    published = await client("PublishVersion", FunctionName="f", Description="of the version")
    assert published["Description"] == "of the version"
    assert (await client("GetFunctionConfiguration", FunctionName="f"))["Description"] == (
        "of the function"
    )


async def test_numbers_are_never_given_twice(client):
    await client.make(Publish=True)
    await client("DeleteFunction", FunctionName="f", Qualifier="1")
    assert (await client("PublishVersion", FunctionName="f"))["Version"] == "2"
    assert await listed(client) == ["$LATEST", "2"]


async def test_the_code_that_is_meant(client):
    made = await client.make()
    error = await client.refused("PublishVersion", FunctionName="f", CodeSha256="wrong")
    assert error.code == "InvalidParameterValueException"
    assert error.message == (
        f"CodeSHA256 (wrong) is different from current CodeSHA256 in $LATEST ({made['CodeSha256']}). "
        "Please try again with the CodeSHA256 in $LATEST."
    )
    await client("PublishVersion", FunctionName="f", CodeSha256=made["CodeSha256"])


async def test_lists_have_neither_states_nor_the_version_of_the_runtime(client):
    await client.make(Publish=True)
    page = await client("ListVersionsByFunction", FunctionName="f")
    for version in page["Versions"]:
        assert {"State", "LastUpdateStatus", "RuntimeVersionConfig"}.isdisjoint(version)
    assert [version["FunctionArn"] for version in page["Versions"]] == [
        f"{ARN}f:$LATEST",
        f"{ARN}f:1",
    ]


async def test_pages_of_versions(client):
    await client.make()
    for number in range(5):
        await client("UpdateFunctionConfiguration", FunctionName="f", Description=str(number))
        await client("PublishVersion", FunctionName="f")
    seen, marker = [], {}
    while True:
        page = await client("ListVersionsByFunction", FunctionName="f", MaxItems=2, **marker)
        seen.append([version["Version"] for version in page["Versions"]])
        if "NextMarker" not in page:
            break
        marker = {"Marker": page["NextMarker"]}
    assert seen == [["$LATEST", "1"], ["2", "3"], ["4", "5"]]


async def test_functions_by_name_and_in_pages(client):
    for name in ("b", "a", "c"):
        await client.make(name, Publish=name == "a")
    await client.other(region="eu-west-1").make("z")

    async def pages(**more):
        marker = {}
        while True:
            page = await client("ListFunctions", **more, **marker)
            yield [each["FunctionArn"].removeprefix(ARN) for each in page["Functions"]]
            if "NextMarker" not in page:
                return
            marker = {"Marker": page["NextMarker"]}

    assert [page async for page in pages()] == [["a", "b", "c"]]
    assert [page async for page in pages(MaxItems=2)] == [["a", "b"], ["c"]]
    every = ["a:$LATEST", "a:1", "b:$LATEST", "c:$LATEST"]
    assert [page async for page in pages(FunctionVersion="ALL")] == [every]
    assert [page async for page in pages(FunctionVersion="ALL", MaxItems=1)] == [
        [each] for each in every
    ]


@pytest.mark.parametrize("operation", ["ListFunctions", "ListVersionsByFunction"])
async def test_a_marker_that_is_none(client, operation):
    await client.make()
    more = {} if operation == "ListFunctions" else {"FunctionName": "f"}
    assert (await client.refused(operation, Marker="?", **more)).status == 400


async def test_deleting_versions(client):
    await client.make(Publish=True)
    await client("CreateAlias", FunctionName="f", Name="live", FunctionVersion="1")
    error = await client.refused("DeleteFunction", FunctionName="f", Qualifier="1")
    assert (error.code, error.status) == ("ResourceConflictException", 409)
    assert error.message == (
        "Unable to delete version because the following aliases reference it: [live]"
    )
    await client("DeleteAlias", FunctionName="f", Name="live")
    assert await client("DeleteFunction", FunctionName="f", Qualifier="1") == {"StatusCode": 204}
    assert await client("DeleteFunction", FunctionName="f", Qualifier="7") == {"StatusCode": 204}
    error = await client.refused("GetFunction", FunctionName="f", Qualifier="1")
    assert error.message == f"Function not found: {ARN}f:1"


@pytest.mark.parametrize(
    ("qualifier", "text"),
    [
        ("$LATEST", "$LATEST version cannot be deleted without deleting the function."),
        ("live", "Deletion of aliases is not currently supported."),
    ],
)
async def test_what_cannot_be_deleted(client, qualifier, text):
    await client.make()
    error = await client.refused("DeleteFunction", FunctionName="f", Qualifier=qualifier)
    assert (error.code, error.message) == ("InvalidParameterValueException", text)


@pytest.mark.parametrize("more", [{}, {"Qualifier": "1"}], ids=["function", "version"])
async def test_deleting_what_is_not_there(client, more):
    """test_delete_on_nonexisting_version"""
    error = await client.refused("DeleteFunction", FunctionName="f", **more)
    assert error.message == f"Function not found: {ARN}f"


async def test_a_deleted_function_takes_all_with_it_but_its_mappings(client):
    await client.make(Publish=True, Tags={"a": "b"})
    await client("CreateAlias", FunctionName="f", Name="live", FunctionVersion="1")
    await client("CreateFunctionUrlConfig", FunctionName="f", AuthType="NONE")
    await client("PutFunctionConcurrency", FunctionName="f", ReservedConcurrentExecutions=5)
    await client("PutFunctionEventInvokeConfig", FunctionName="f", MaximumRetryAttempts=0)
    mapping = await client(
        "CreateEventSourceMapping",
        FunctionName="f",
        EventSourceArn="arn:aws:sqs:us-east-1:000000000000:q",
    )
    await client("DeleteFunction", FunctionName="f")
    tables = ("functions", "versions", "uses", "aliases", "settings", "urls", "files")
    for table in tables:
        assert client.lambda_.db.query(f"SELECT count(*) FROM {table}") == [(0,)], table
    assert (await client("GetEventSourceMapping", UUID=mapping["UUID"]))["State"] == "Enabled"
    made = await client.make()
    assert made["Version"] == "$LATEST"
    assert "Concurrency" not in await client("GetFunction", FunctionName="f")


@pytest.mark.parametrize(
    ("qualifier", "named"),
    [(None, "$LATEST"), ("$LATEST", "$LATEST"), ("7", "7"), ("live", "live")],
)
async def test_an_invocation_of_nothing_is_told_the_qualifier(client, qualifier, named):
    with pytest.raises(AwsError) as caught:
        client.resolve("none", qualifier)
    assert caught.value.message == f"Function not found: {ARN}none:{named}"
