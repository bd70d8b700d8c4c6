"""ImportTable, DescribeImport, ListImports.

Answers as measured in https://github.com/scylladb/scylladb/blob/master/test/alternator/test_import.py and
https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/import.md
"""

import asyncio
import gzip
import itertools
import json

import pytest

from homeport.aws.dynamodb.backups.imports import running

NOW = 1_700_000_000
ARN = "arn:aws:dynamodb:us-east-1:000000000000:table/new/import/01700000000000-00000000"


class Imports:
    def __init__(self, backups, bucket):
        self.backups, self.bucket = backups, bucket
        self._tokens = itertools.count(1)

    def request(self, prefix="data/", table=None, **given):
        table = {
            "TableName": "new",
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            "BillingMode": "PAY_PER_REQUEST",
            **(table or {}),
        }
        return {
            "ClientToken": f"token{next(self._tokens)}",
            "S3BucketSource": {"S3Bucket": self.bucket.name, "S3KeyPrefix": prefix},
            "InputFormat": "DYNAMODB_JSON",
            "TableCreationParameters": table,
            **given,
        }

    async def begin(self, prefix="data/", table=None, **given):
        answer = await self.backups("ImportTable", **self.request(prefix, table, **given))
        return answer["ImportTableDescription"]

    async def describe(self, arn):
        return (await self.backups("DescribeImport", ImportArn=arn))["ImportTableDescription"]

    async def end(self, begun):
        async def status():
            return (await self.describe(begun["ImportArn"]))["ImportStatus"]

        await self.backups.until(status, "COMPLETED", "FAILED")
        return await self.describe(begun["ImportArn"])

    async def run(self, prefix="data/", table=None, **given):
        return await self.end(await self.begin(prefix, table, **given))

    async def ids(self, table="new"):
        return sorted(item["id"]["S"] for item in (await self.backups.items(table)).values())


@pytest.fixture
async def imports(backups, bucket):
    return Imports(backups, bucket)


def lines(*ids):
    return b"".join(
        json.dumps({"Item": {"id": {"S": name}, "v": {"N": "1"}}}).encode() + b"\n" for name in ids
    )


def counts(described):
    names = ("ProcessedItemCount", "ImportedItemCount", "ErrorCount")
    return tuple(described[name] for name in names)


async def test_objects_become_a_table(imports, backups, bucket):
    await bucket.put("data/1", lines("a", "b"))
    await bucket.put("data/2", lines("c"))
    await bucket.put("other", lines("d"))
    ended = await imports.run()
    assert ended["ImportStatus"] == "COMPLETED"
    assert counts(ended) == (3, 3, 0)
    assert ended["ProcessedSizeBytes"] == len(lines("a", "b", "c"))
    assert await imports.ids() == ["a", "b", "c"]
    table = backups.table("new")
    assert (table.status, table.settings.get("ImportArn")) == ("ACTIVE", None)


async def test_what_is_described(imports, backups, bucket):
    begun = await imports.begin(InputCompressionType="NONE")
    table = backups.table("new")
    assert begun["ImportArn"].startswith(f"{table.arn}/import/01700000000000-")
    assert begun == {
        "ImportArn": begun["ImportArn"],
        "ImportStatus": "IN_PROGRESS",
        "TableArn": table.arn,
        "TableId": table.uuid,
        "ClientToken": "token1",
        "S3BucketSource": {
            "S3BucketOwner": "000000000000",
            "S3Bucket": "things",
            "S3KeyPrefix": "data/",
        },
        "ErrorCount": 0,
        "CloudWatchLogGroupArn": "arn:aws:logs:us-east-1:000000000000:log-group:/aws-dynamodb/imports:*",
        "InputFormat": "DYNAMODB_JSON",
        "InputCompressionType": "NONE",
        "TableCreationParameters": imports.request()["TableCreationParameters"],
        "StartTime": NOW,
        "ProcessedItemCount": 0,
        "ImportedItemCount": 0,
    }
    ended = await imports.end(begun)
    assert set(ended) - set(begun) == {"EndTime", "ProcessedSizeBytes"}


async def test_an_empty_prefix_is_an_empty_table(imports, backups):
    ended = await imports.run("nothing/")
    assert (ended["ImportStatus"], counts(ended)) == ("COMPLETED", (0, 0, 0))
    assert backups.table("new").status == "ACTIVE"


async def test_gzip_counts_what_it_holds(imports, bucket):
    await bucket.put("data/1", gzip.compress(lines("a", "b")))
    ended = await imports.run(InputCompressionType="GZIP")
    assert ended["ProcessedSizeBytes"] == len(lines("a", "b"))
    assert await imports.ids() == ["a", "b"]


async def test_many_items(imports, bucket):
    names = [f"i{number:05}" for number in range(2500)]
    await bucket.put("data/1", lines(*names))
    assert counts(await imports.run()) == (2500, 2500, 0)
    assert await imports.ids() == names


async def test_equal_keys_count_as_writes(imports, bucket):
    await bucket.put("data/1", lines("a", "b", "a"))
    assert counts(await imports.run()) == (3, 3, 0)
    assert await imports.ids() == ["a", "b"]


async def test_csv(imports, backups, bucket):
    await bucket.put("data/1", b"id;n;v\na;1;x\nb;2;\n")
    definitions = [
        {"AttributeName": "id", "AttributeType": "S"},
        {"AttributeName": "n", "AttributeType": "N"},
    ]
    keys = [
        {"AttributeName": "id", "KeyType": "HASH"},
        {"AttributeName": "n", "KeyType": "RANGE"},
    ]
    options = {"Csv": {"Delimiter": ";"}}
    ended = await imports.run(
        table={"AttributeDefinitions": definitions, "KeySchema": keys},
        InputFormat="CSV",
        InputFormatOptions=options,
    )
    assert ended["InputFormatOptions"] == options
    found = sorted((await backups.items("new")).values(), key=str)
    assert found == [
        {"id": {"S": "a"}, "n": {"N": "1"}, "v": {"S": "x"}},
        {"id": {"S": "b"}, "n": {"N": "2"}, "v": {"S": ""}},
    ]


async def test_indexes_hold_what_is_imported(imports, client, bucket):
    await bucket.put("data/1", lines("a", "b"))
    index = {
        "IndexName": "by_v",
        "KeySchema": [{"AttributeName": "v", "KeyType": "HASH"}],
        "Projection": {"ProjectionType": "ALL"},
    }
    definitions = [
        {"AttributeName": "id", "AttributeType": "S"},
        {"AttributeName": "v", "AttributeType": "N"},
    ]
    await imports.run(
        table={"AttributeDefinitions": definitions, "GlobalSecondaryIndexes": [index]}
    )
    assert (await client("Scan", TableName="new", IndexName="by_v"))["Count"] == 2


INVALID = {
    "missing key": b'{"Item": {"v": {"N": "1"}}}',
    "wrong type": b'{"Item": {"id": {"N": "1"}}}',
    "empty name": b'{"Item": {"id": {"S": "x"}, "": {"S": "v"}}}',
    "no value": b'{"Item": {"id": {"S": "x"}, "v": 7}}',
    "too large": b'{"Item": {"id": {"S": "x"}, "v": {"S": "%s"}}}' % (b"x" * 420_000),
}


@pytest.mark.parametrize("line", INVALID.values(), ids=INVALID)
async def test_an_item_that_is_refused_is_passed_over(imports, backups, bucket, line):
    await bucket.put("data/1", lines("a") + line + b"\n" + lines("b"))
    ended = await imports.run()
    assert ended["ImportStatus"] == "FAILED"
    assert ended["FailureCode"] == "ItemValidationError"
    assert ended["FailureMessage"] == (
        "Some of the items failed validation checks and were not imported. "
        "Please check CloudWatch error logs for more details."
    )
    assert counts(ended) == (3, 2, 1)
    assert await imports.ids() == ["a", "b"]
    assert backups.table("new").status == "ACTIVE"


@pytest.mark.parametrize("line", [b'{"Item": ', b'{"NotAnItem": {"id": {"S": "x"}}}'])
async def test_what_cannot_be_read_breaks_its_object_off(imports, bucket, line):
    await bucket.put("data/1", lines("a") + line + b"\n" + lines("b"))
    await bucket.put("data/2", lines("c"))
    assert counts(await imports.run()) == (3, 2, 1)
    assert await imports.ids() == ["a", "c"]


@pytest.mark.parametrize(
    ("compressed", "data"), [("GZIP", lines("a")), ("NONE", gzip.compress(lines("a"), mtime=0))]
)
async def test_another_compression_than_said(imports, bucket, compressed, data):
    await bucket.put("data/1", data)
    ended = await imports.run(InputCompressionType=compressed)
    assert (ended["FailureCode"], counts(ended)) == ("ItemValidationError", (1, 0, 1))


async def test_a_bucket_that_is_missing_leaves_no_table(imports, backups):
    source = {"S3BucketSource": {"S3Bucket": "nowhere"}}
    ended = await imports.run(**source)
    assert (ended["ImportStatus"], ended["FailureCode"]) == ("FAILED", "S3NoSuchBucket")
    assert ended["FailureMessage"].startswith(
        "The specified bucket does not exist (Service: Amazon S3; Status Code: 404; "
    )
    assert counts(ended) == (0, 0, 0)
    assert backups.table("new") is None


async def test_a_bucket_that_goes_away_leaves_what_was_read(imports, backups, bucket, monkeypatch):
    await bucket.put("data/1", lines("a"))
    await bucket.put("data/2", lines("b"))
    read = running._Import._read

    async def delete_then_read(self, objects, key):
        if key == "data/2":
            await bucket.call("DeleteObject", Bucket="things", Key=key)
        await read(self, objects, key)

    monkeypatch.setattr(running._Import, "_read", delete_then_read)
    ended = await imports.run()
    assert (ended["ImportStatus"], ended["FailureCode"]) == ("FAILED", "S3NoSuchKey")
    assert await imports.ids() == ["a"]
    assert backups.table("new").status == "ACTIVE"


async def test_a_table_is_not_seen_before_it_is_whole(imports, client, bucket, monkeypatch):
    gate = asyncio.Event()
    read = running._Import._read

    async def wait(self, objects, key):
        await gate.wait()
        await read(self, objects, key)

    monkeypatch.setattr(running._Import, "_read", wait)
    await bucket.put("data/1", lines("a"))
    begun = await imports.begin()
    assert (await client("DescribeTable", TableName="new"))["Table"]["TableStatus"] == "CREATING"
    assert (await client.refused("Scan", TableName="new")).code == "ResourceNotFoundException"
    assert (await client.refused("DeleteTable", TableName="new")).code == "ResourceInUseException"
    gate.set()
    await imports.end(begun)


async def test_an_import_cut_off_goes_on_after_a_restart(imports, client, bucket, monkeypatch):
    names = [f"i{number:04}" for number in range(450)]
    await bucket.put("data/1", lines(*names[:50], "twice"))
    await bucket.put("data/2", lines(*names[50:], "twice"))
    put, seen = running._Import._put, []

    def limited(self, *given):
        seen.append(given)
        if len(seen) > 4:
            raise asyncio.CancelledError
        return put(self, *given)

    monkeypatch.setattr(running._Import, "_put", limited)
    begun = await imports.begin()
    await asyncio.sleep(0.3)
    assert (await imports.describe(begun["ImportArn"]))["ImportStatus"] == "IN_PROGRESS"
    monkeypatch.undo()
    await client.restart()
    ended = await imports.end(begun)
    assert (ended["ImportStatus"], counts(ended)) == ("COMPLETED", (452, 452, 0))
    assert ended["ProcessedSizeBytes"] == len(lines(*names, "twice", "twice"))
    assert await imports.ids() == [*names, "twice"]


async def test_a_table_whose_import_was_never_written_down_is_removed(imports, backups, client):
    await client.make("new", status="CREATING", settings={"ImportArn": ARN})
    await client.restart()

    async def table():
        return backups.table("new")

    await backups.until(table, None)


# Refusals


async def refused(imports, **given):
    error = await imports.backups.client.refused("ImportTable", **imports.request(**given))
    return error.code, error.message


async def test_a_token_is_required(imports, client):
    request = imports.request()
    del request["ClientToken"]
    assert await client.invalid("ImportTable", **request) == (
        "1 validation error detected: Value null at 'clientToken' failed to satisfy constraint: "
        "Member must not be null"
    )


async def test_options_of_another_format(imports):
    options = {"InputFormatOptions": {"Csv": {"Delimiter": ","}}}
    assert await refused(imports, **options) == (
        "ValidationException",
        "Invalid Request: Unsupported InputFormatOptions for the given input format: DYNAMODB_JSON.",
    )


@pytest.mark.parametrize("given", [{"InputFormat": "ION"}, {"InputCompressionType": "ZSTD"}])
async def test_what_is_not_implemented_is_refused_by_name(imports, backups, given):
    code, message = await refused(imports, **given)
    (value,) = given.values()
    assert code == "NotImplemented"
    assert value in message
    assert backups.table("new") is None


async def test_a_definition_is_checked_as_a_createtable(imports, backups):
    assert await refused(imports, table={"BillingMode": "PROVISIONED"}) == (
        "ValidationException",
        (
            "One or more parameter values were invalid: ReadCapacityUnits and WriteCapacityUnits must "
            "both be specified when BillingMode is PROVISIONED"
        ),
    )
    assert backups.table("new") is None


async def test_a_table_that_exists(imports, client):
    await client.make("new")
    assert await refused(imports) == ("ResourceInUseException", "Table already exists: new")


async def test_a_stack_without_s3_says_so(client):
    imports = Imports(None, type("Nowhere", (), {"name": "things"}))
    error = await client.refused("ImportTable", **imports.request())
    assert (error.status, "needs Amazon S3" in error.message) == (501, True)


# Tokens


async def test_tokens(imports, backups, bucket, monkeypatch):
    gate = asyncio.Event()

    async def wait(self):
        await gate.wait()

    monkeypatch.setattr(running._Import, "read_all", wait)
    first = await imports.begin(ClientToken="same")
    again = await imports.begin("elsewhere/", ClientToken="same", InputCompressionType="GZIP")
    assert again == first
    conflict = "Import conflict: Duplicate request detected with conflicting parameters"
    other = {"table": {"TableName": "other"}, "ClientToken": "same"}
    assert await refused(imports, **other) == ("ImportConflictException", conflict)
    gate.set()
    await imports.end(first)
    assert await refused(imports, ClientToken="same") == (
        "ResourceInUseException",
        "Table already exists: new",
    )
    await backups("DeleteTable", TableName="new")
    assert (await imports.begin(ClientToken="same"))["ImportArn"] == first["ImportArn"]
    assert backups.table("new") is None


async def test_a_token_is_forgotten_eight_hours_after_the_end(imports, backups, clock):
    first = await imports.run(ClientToken="same")
    await backups("DeleteTable", TableName="new")
    await clock.advance(8 * 3600 + 1)
    assert (await imports.begin(ClientToken="same"))["ImportArn"] != first["ImportArn"]


# Listings


async def test_imports_that_are_not_there(imports, client):
    error = await client.refused("DescribeImport", ImportArn=ARN)
    assert error.code == "ImportNotFoundException"
    for text in (ARN.rsplit("/", 2)[0], ARN.replace("import", "export"), "x" * 40):
        assert await client.invalid("DescribeImport", ImportArn=text) == "Invalid Import ARN"
    error = await client.other().refused("DescribeImport", ImportArn=ARN)
    assert error.code == "AccessDeniedException"
    elsewhere = client.other(client.account, "eu-west-1")
    begun = await imports.run()
    error = await elsewhere.refused("DescribeImport", ImportArn=begun["ImportArn"])
    assert error.code == "ImportNotFoundException"


async def test_a_listing_by_pages(imports, client, clock):
    for name in ("one", "two", "two2"):
        await imports.run(table={"TableName": name})
    first = await client("ListImports", PageSize=2)
    rest = await client("ListImports", NextToken=first["NextToken"])
    listed = first["ImportSummaryList"] + rest["ImportSummaryList"]
    assert [each["TableArn"].rsplit("/", 1)[1] for each in listed] == ["two2", "two", "one"]
    assert set(listed[0]) == {
        "ImportArn",
        "ImportStatus",
        "TableArn",
        "S3BucketSource",
        "InputFormat",
        "StartTime",
        "EndTime",
        "CloudWatchLogGroupArn",
    }


async def test_imports_outlive_their_table(imports, client):
    begun = await imports.run()
    await client("DeleteTable", TableName="new")
    listed = await client("ListImports", TableArn=begun["TableArn"])
    assert [each["ImportArn"] for each in listed["ImportSummaryList"]] == [begun["ImportArn"]]
    other = begun["TableArn"] + "2"
    assert (await client("ListImports", TableArn=other))["ImportSummaryList"] == []


async def test_a_token_that_is_none(client):
    token = "0" * 112
    text = await client.invalid("ListImports", NextToken=token)
    assert text == f"Invalid Request: Provided nextToken is invalid: {token}"


# There and back


async def test_an_export_imported_is_the_table(imports, backups, client, bucket):
    await client.make("tab")
    await backups.recover()
    await backups.fill(300)
    await client.put(
        {
            "id": {"S": "all"},
            "n": {"N": "1E-130"},
            "b": {"B": "AAH+/w=="},
            "ss": {"SS": ["a", "b"]},
            "m": {"M": {"l": {"L": [{"NULL": True}, {"BOOL": False}, {"S": 'q"\n\u2028'}]}}},
        },
        "tab",
    )
    given = {"TableArn": backups.table("tab").arn, "S3Bucket": "things"}
    begun = (await client("ExportTableToPointInTime", **given))["ExportDescription"]

    async def status():
        answer = await client("DescribeExport", ExportArn=begun["ExportArn"])
        return answer["ExportDescription"]["ExportStatus"]

    await backups.until(status, "COMPLETED")
    folder = f"AWSDynamoDB/{begun['ExportArn'].rsplit('/', 1)[1]}/data/"
    ended = await imports.run(folder, InputCompressionType="GZIP")
    assert counts(ended) == (301, 301, 0)
    assert await backups.items("new") == await backups.items("tab")
