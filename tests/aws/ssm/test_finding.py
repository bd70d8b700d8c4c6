"""GetParametersByPath, DescribeParameters, labels and tags."""

import pytest

from homeport.aws.ssm import limits
from homeport.aws.ssm.engine import names

TREE = ["/a/x", "/a/b/y", "/a/b/c/z", "/ab", "top", "/a-x/q"]


async def tree(client):
    for name in TREE:
        await client.put(name)


@pytest.mark.parametrize(
    ("path", "is_recursive", "expected"),
    [
        ("/", False, ["/ab", "top"]),
        ("/", True, ["/a-x/q", "/a/b/c/z", "/a/b/y", "/a/x", "/ab", "top"]),
        ("/a", False, ["/a/x"]),
        ("/a/", False, ["/a/x"]),
        ("/a", True, ["/a/b/c/z", "/a/b/y", "/a/x"]),
        ("/a/x", True, []),
        ("/none", True, []),
    ],
)
@pytest.mark.parametrize("limit", [1, 10])
async def test_what_is_below_a_path(client, path, is_recursive, expected, limit):
    await tree(client)
    found = await client.names(
        "GetParametersByPath", Path=path, Recursive=is_recursive, MaxResults=limit
    )
    assert found == expected


async def test_a_page_has_ten_unless_it_is_told(client):
    for number in range(12):
        await client.put(f"/a/{number:02}")
    page = await client("GetParametersByPath", Path="/a")
    assert len(page["Parameters"]) == 10
    rest = await client("GetParametersByPath", Path="/a", NextToken=page["NextToken"])
    assert [each["Name"] for each in rest["Parameters"]] == ["/a/10", "/a/11"]


async def test_a_search_that_looks_at_much_goes_on_with_a_token(client, monkeypatch):
    monkeypatch.setattr(limits, "SEARCHED", 2)
    monkeypatch.setattr(limits, "SEARCHED_AT_ONCE", 1)
    await tree(client)
    page = await client("GetParametersByPath", Path="/")
    assert page["Parameters"] == []
    assert await client.names("GetParametersByPath", Path="/") == ["/ab", "top"]


@pytest.mark.parametrize("path", ["a", "//", "/###", "/a//b", ""])
async def test_paths_that_are_none(client, path):
    error = await client.refused("GetParametersByPath", Path=path)
    assert error.code == "ValidationException"
    assert not path or error.message == names.UNFIT_PATH


async def test_below_a_path_by_type_key_and_label(client):
    await client.put("/a/plain", "1")
    await client.put("/a/secure", "1", "SecureString", KeyId="k")
    await client.again("/a/plain", "2")
    await client("LabelParameterVersion", Name="/a/plain", ParameterVersion=1, Labels=["prod"])
    for filters, expected in [
        ([{"Key": "Type", "Values": ["SecureString"]}], ["/a/secure"]),
        ([{"Key": "Type", "Option": "BeginsWith", "Values": ["String"]}], ["/a/plain"]),
        ([{"Key": "KeyId", "Values": ["k"]}], ["/a/secure"]),
        ([{"Key": "Label", "Values": ["none", "prod"]}], ["/a/plain"]),
    ]:
        answer = await client("GetParametersByPath", Path="/a", ParameterFilters=filters)
        assert [each["Name"] for each in answer["Parameters"]] == expected
    assert [each["Value"] for each in answer["Parameters"]] == ["1"]


@pytest.mark.parametrize(
    ("key", "more", "code", "text"),
    [
        (
            "Name",
            {},
            "InvalidFilterKey",
            "The following filter key is not valid: Name. Valid filter keys include: [Type, KeyId].",
        ),
        ("tag:x", {}, "InvalidFilterKey", None),
        ("Label", {"Option": "BeginsWith"}, "InvalidFilterOption", None),
        (
            "Type",
            {"Values": ["x"]},
            "InvalidFilterValue",
            "The following filter value is not valid: x. Valid values include: [String, StringList, SecureString].",
        ),
    ],
    ids=["name", "tag", "label", "type"],
)
async def test_filters_that_are_not_for_paths(client, key, more, code, text):
    filters = [{"Key": key, "Values": ["String"]} | more]
    error = await client.refused("GetParametersByPath", Path="/", ParameterFilters=filters)
    assert error.code == code
    assert text is None or error.message == text


async def described(client, *filters):
    return await client.names("DescribeParameters", ParameterFilters=list(filters), MaxResults=2)


def where(key, *values, option=None):
    made = {"Key": key} | ({"Option": option} if option else {})
    return made | ({"Values": list(values)} if values else {})


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ([], ["/a-x/q", "/a/b/c/z", "/a/b/y", "/a/x", "/ab", "top"]),
        ([where("Name", "/top", "/ab")], ["/ab", "top"]),
        ([where("Name", "/a/b", option="BeginsWith")], ["/a/b/c/z", "/a/b/y"]),
        ([where("Name", "to", option="BeginsWith")], ["top"]),
        ([where("Name", "x", option="Contains")], ["/a-x/q", "/a/x"]),
        ([where("Path", "/a")], ["/a/x"]),
        ([where("Path", "/a", "/a/b", option="OneLevel")], ["/a/b/y", "/a/x"]),
        ([where("Path", "/a", option="Recursive")], ["/a/b/c/z", "/a/b/y", "/a/x"]),
        ([where("tag:stage")], ["/ab", "top"]),
        ([where("tag:stage", "prod")], ["top"]),
        ([where("tag:stage", "p", "t", option="BeginsWith")], ["/ab", "top"]),
        ([where("Tier", "Advanced")], ["/ab"]),
        ([where("Type", "StringList")], ["/ab"]),
        ([where("DataType", "json")], ["/ab"]),
        ([where("Tier", "Standard"), where("tag:stage")], ["top"]),
    ],
    ids=range(15),
)
async def test_descriptions_by_filters(client, filters, expected):
    for name in TREE:
        if name == "/ab":
            tags = [{"Key": "stage", "Value": "test"}]
            await client.put(name, "a", "StringList", Tier="Advanced", Tags=tags, DataType="json")
        elif name == "top":
            await client.put(name, Tags=[{"Key": "stage", "Value": "prod"}])
        else:
            await client.put(name)
    assert await described(client, *filters) == expected


async def test_a_description_has_everything_but_the_value(client, clock):
    await client.put("/p", "v", "SecureString", Description="d", AllowedPattern="v")
    (parameter,) = (await client("DescribeParameters"))["Parameters"]
    assert parameter == {
        "Name": "/p",
        "ARN": "arn:aws:ssm:us-east-1:000000000000:parameter/p",
        "Type": "SecureString",
        "KeyId": "alias/aws/ssm",
        "LastModifiedDate": clock.now(),
        "LastModifiedUser": "arn:aws:iam::000000000000:root",
        "Description": "d",
        "AllowedPattern": "v",
        "Version": 1,
        "Tier": "Standard",
        "Policies": [],
        "DataType": "text",
    }
    assert await client("DescribeParameters", Shared=True) == {"Parameters": []}


async def test_the_older_filters(client):
    await tree(client)
    answer = await client(
        "DescribeParameters", Filters=[{"Key": "Name", "Values": ["/a/x", "top"]}]
    )
    assert [each["Name"] for each in answer["Parameters"]] == ["/a/x", "top"]
    error = await client.refused(
        "DescribeParameters",
        Filters=[{"Key": "Name", "Values": ["a"]}],
        ParameterFilters=[where("Name", "a")],
    )
    assert error.message == "You can use either Filters or ParameterFilters in a single request."


@pytest.mark.parametrize(
    ("filters", "text"),
    [
        (
            [where("key")],
            "Member must satisfy regular expression pattern: ^(tag:.+|Name|Type|KeyId|Path|Label|Tier|DataType)$",
        ),
        (
            [where("Name", "x", option="over 10 chars")],
            "Member must have length less than or equal to 10",
        ),
        (
            [where("Label")],
            "The following filter key is not valid: Label. Valid filter keys include: [Path, Name, Type, KeyId, Tier]",
        ),
        ([where("Name")], "The following filter values are missing : null for filter key Name"),
        (
            [where("Name", "a"), where("Name", "b")],
            "The following filter is duplicated in the request: Name. A request can contain only one occurrence of a specific filter.",
        ),
        (
            [where("Path", "/aws", "/ssm")],
            'Filters for common parameters can\'t be prefixed with "aws" or "ssm" (case-insensitive).',
        ),
        (
            [where("Path", "test", option="Equals")],
            "The following filter option is not valid: Equals. Valid options include: [Recursive, OneLevel]",
        ),
        ([where("Path", "test")], names.UNFIT_PATH),
        (
            [where("Tier", "test")],
            "The following filter value is not valid: test. Valid values include: [Standard, Advanced, Intelligent-Tiering]",
        ),
        (
            [where("Name", "test", option="option")],
            "The following filter option is not valid: option. Valid options include: [BeginsWith, Equals].",
        ),
    ],
    ids=range(10),
)
async def test_filters_that_are_refused(client, filters, text):
    error = await client.refused("DescribeParameters", ParameterFilters=filters)
    assert text in error.message


async def labels(client, name="p"):
    history = await client("GetParameterHistory", Name=name)
    return [each["Labels"] for each in history["Parameters"]]


async def test_a_label_moves_from_version_to_version(client):
    await client.put("p")
    await client.again("p")
    answer = await client("LabelParameterVersion", Name="p", Labels=["a", "b"])
    assert answer == {"InvalidLabels": [], "ParameterVersion": 2}
    await client("LabelParameterVersion", Name="p", ParameterVersion=1, Labels=["b", "c"])
    assert await labels(client) == [["b", "c"], ["a"]]
    answer = await client(
        "UnlabelParameterVersion", Name="p", ParameterVersion=1, Labels=["a", "b"]
    )
    assert answer == {"RemovedLabels": ["b"], "InvalidLabels": ["a"]}
    await client.restart()
    assert await labels(client) == [["c"], ["a"]]


@pytest.mark.parametrize("label", ["aws", "SSMx", "1a", "a b", "a/b", "ä"])
async def test_labels_that_are_none_are_listed(client, label):
    await client.put("p")
    answer = await client("LabelParameterVersion", Name="p", Labels=["good", label])
    assert answer["InvalidLabels"] == [label]
    assert await labels(client) == [["good"]]


async def test_a_version_has_ten_labels_at_most(client):
    await client.put("p")
    await client("LabelParameterVersion", Name="p", Labels=[f"l{n}" for n in range(10)])
    await client("LabelParameterVersion", Name="p", Labels=["l1"])
    error = await client.refused("LabelParameterVersion", Name="p", Labels=["more"])
    assert error.code == "ParameterVersionLabelLimitExceeded"


async def test_labels_of_what_is_not_there(client):
    error = await client.refused("LabelParameterVersion", Name="none", Labels=["a"])
    assert error.message == "Parameter none not found."
    await client.put("test")
    for operation in ("LabelParameterVersion", "UnlabelParameterVersion"):
        error = await client.refused(operation, Name="test", ParameterVersion=5, Labels=["a"])
        assert error.message == (
            "Systems Manager could not find version 5 of test. Verify the version and try again."
        )


async def test_tags(client):
    resource = {"ResourceType": "Parameter", "ResourceId": "/p"}
    await client.put("p", Tags=[{"Key": "a", "Value": "1"}])
    await client("AddTagsToResource", **resource, Tags=[{"Key": "b", "Value": "2"}])
    await client("RemoveTagsFromResource", **resource, TagKeys=["a", "none"])
    await client.again("p")
    await client.restart()
    answer = await client("ListTagsForResource", ResourceType="Parameter", ResourceId="p")
    assert answer == {"TagList": [{"Key": "b", "Value": "2"}]}
    many = [{"Key": str(number), "Value": ""} for number in range(50)]
    error = await client.refused("AddTagsToResource", **resource, Tags=many)
    assert error.code == "TooManyTagsError"


@pytest.mark.parametrize(
    ("kind", "name", "code"),
    [
        ("Document", "p", "InvalidResourceType"),
        ("Parameter", "none", "InvalidResourceId"),
        ("Parameter", "p:1", "InvalidResourceId"),
    ],
)
async def test_tags_of_what_is_not_there(client, kind, name, code):
    await client.put("p")
    error = await client.refused("ListTagsForResource", ResourceType=kind, ResourceId=name)
    assert error.code == code
