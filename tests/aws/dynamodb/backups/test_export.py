"""ExportTableToPointInTime, DescribeExport, ListExports.

Answers as recorded in https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/export.md and
https://github.com/scylladb/scylladb/blob/master/test/alternator/test_export.py
"""

import asyncio
import base64
import gzip
import hashlib
import json

import pytest

from homeport.aws.dynamodb.backups.exports import running

NOW = 1_700_000_000
OF_TABLE = "arn:aws:dynamodb:us-east-1:000000000000:table/tab"
ARN = f"{OF_TABLE}/export/01700000000000-00000000"


class Exports:
    def __init__(self, backups, bucket):
        self.backups, self.bucket = backups, bucket

    async def begin(self, **given):
        given = {"TableArn": OF_TABLE, "S3Bucket": self.bucket.name, **given}
        answer = await self.backups("ExportTableToPointInTime", **given)
        return answer["ExportDescription"]

    async def describe(self, arn):
        return (await self.backups("DescribeExport", ExportArn=arn))["ExportDescription"]

    async def end(self, begun):
        arn = begun["ExportArn"]

        async def status():
            return (await self.describe(arn))["ExportStatus"]

        await self.backups.until(status, "COMPLETED", "FAILED")
        return await self.describe(arn)

    async def lines(self):
        """The lines of the only data object."""
        (key,) = [key for key in await self.bucket.keys() if "/data/" in key]
        return [
            json.loads(line) for line in gzip.decompress(await self.bucket.get(key)).splitlines()
        ]


@pytest.fixture
async def exports(backups, client, bucket):
    await client.make("tab")
    return Exports(backups, bucket)


async def test_a_table_is_written_to_s3(exports, backups, bucket):
    await backups.recover()
    await backups.fill(3)
    begun = await exports.begin()
    ended = await exports.end(begun)
    assert (ended["ExportStatus"], ended["ItemCount"]) == ("COMPLETED", 3)
    folder = f"AWSDynamoDB/{begun['ExportArn'].rsplit('/', 1)[1]}"
    assert ended["ExportManifest"] == f"{folder}/manifest-summary.json"
    (data,) = [key for key in await bucket.keys() if "/data/" in key]
    assert data.startswith(f"{folder}/data/")
    assert data.endswith(".json.gz")
    assert await bucket.keys() == sorted(
        [
            data,
            f"{folder}/_started",
            f"{folder}/manifest-files.json",
            f"{folder}/manifest-files.md5",
            f"{folder}/manifest-summary.json",
            f"{folder}/manifest-summary.md5",
        ]
    )
    assert await bucket.get(f"{folder}/_started") == b""
    wanted = [{"Item": item} for item in (await backups.items()).values()]
    assert sorted(await exports.lines(), key=str) == sorted(wanted, key=str)


async def test_an_empty_table_is_an_empty_file(exports, backups):
    await backups.recover()
    ended = await exports.end(await exports.begin())
    assert (ended["ItemCount"], ended["BilledSizeBytes"]) == (0, 0)
    assert await exports.lines() == []


def md5(content):
    return base64.b64encode(hashlib.md5(content).digest()).decode()


async def test_the_manifests(exports, backups, bucket, clock):
    await backups.recover()
    await backups.fill(3)
    table = backups.table("tab")
    ended = await exports.end(await exports.begin(S3Prefix="a/b"))
    folder = f"a/b/AWSDynamoDB/{ended['ExportArn'].rsplit('/', 1)[1]}"
    files = await bucket.get(f"{folder}/manifest-files.json")
    summary = await bucket.get(f"{folder}/manifest-summary.json")
    line = json.loads(files)
    data = await bucket.get(line["dataFileS3Key"])
    assert line == {
        "itemCount": 3,
        "md5Checksum": md5(data),
        "etag": hashlib.md5(data).hexdigest(),
        "dataFileS3Key": line["dataFileS3Key"],
    }
    assert json.loads(summary) == {
        "version": "2020-06-30",
        "exportArn": ended["ExportArn"],
        "startTime": "2023-11-14T22:13:20.000Z",
        "endTime": "2023-11-14T22:13:20.000Z",
        "tableArn": OF_TABLE,
        "tableId": table.uuid,
        "exportTime": "2023-11-14T22:13:20.000Z",
        "s3Bucket": "things",
        "s3Prefix": "a/b",
        "s3SseAlgorithm": "AES256",
        "s3SseKmsKeyId": None,
        "manifestFilesS3Key": f"{folder}/manifest-files.json",
        "billedSizeBytes": ended["BilledSizeBytes"],
        "itemCount": 3,
        "outputFormat": "DYNAMODB_JSON",
        "exportType": "FULL_EXPORT",
    }
    assert await bucket.get(f"{folder}/manifest-files.md5") == md5(files).encode()
    assert await bucket.get(f"{folder}/manifest-summary.md5") == md5(summary).encode()


@pytest.mark.parametrize("prefix", ["foo", "foo/"])
async def test_a_prefix_is_joined_by_one_slash(exports, backups, bucket, prefix):
    await backups.recover()
    ended = await exports.end(await exports.begin(S3Prefix=prefix))
    assert ended["ExportManifest"].startswith("foo/AWSDynamoDB/")
    assert ended["S3Prefix"] == prefix


async def test_what_is_described(exports, backups):
    await backups.recover()
    begun = await exports.begin(ClientToken="token")
    assert begun == {
        "ClientToken": "token",
        "ExportArn": begun["ExportArn"],
        "ExportFormat": "DYNAMODB_JSON",
        "ExportStatus": "IN_PROGRESS",
        "ExportTime": NOW,
        "S3Bucket": "things",
        "S3SseAlgorithm": "AES256",
        "StartTime": NOW,
        "TableArn": OF_TABLE,
        "TableId": backups.table("tab").uuid,
    }
    ended = await exports.end(begun)
    assert set(ended) - set(begun) == {"BilledSizeBytes", "EndTime", "ExportManifest", "ItemCount"}


async def test_an_earlier_time(exports, backups, client, clock):
    await client.put({"id": {"S": "a"}}, "tab")
    await backups.recover()
    await clock.advance(10)
    await client.put({"id": {"S": "b"}}, "tab")
    await exports.end(await exports.begin(ExportTime=NOW + 5))
    assert await exports.lines() == [{"Item": {"id": {"S": "a"}}}]


async def test_what_is_written_or_deleted_after_the_answer_is_not_seen(exports, backups, client):
    await backups.recover()
    await backups.fill(5)
    begun = await exports.begin()
    await client("DeleteTable", TableName="tab")
    assert (await exports.end(begun))["ItemCount"] == 5


# Filters

THREE = {":v": {"N": "3"}}


@pytest.mark.parametrize(
    ("specification", "wanted"),
    [
        (
            {
                "FilterExpression": "n > :v AND id <> :id",
                "ExpressionAttributeValues": {**THREE, ":id": {"S": "a"}},
            },
            [{"id": {"S": "b"}, "at": {"N": "4"}, "n": {"N": "4"}}],
        ),
        (
            {
                "KeyConditionExpression": "id = :id AND #at >= :v",
                "ExpressionAttributeNames": {"#at": "at"},
                "ExpressionAttributeValues": {**THREE, ":id": {"S": "a"}},
            },
            [{"id": {"S": "a"}, "at": {"N": str(at)}, "n": {"N": str(at)}} for at in (3, 4)],
        ),
        (
            {
                "ProjectionExpression": "n",
                "FilterExpression": "n = :v",
                "ExpressionAttributeValues": THREE,
            },
            [{"n": {"N": "3"}}, {"n": {"N": "3"}}],
        ),
    ],
)
async def test_only_what_the_filter_leaves_is_written(
    backups, client, bucket, specification, wanted
):
    await client.make("tab", "id:S", "at:N")
    await backups.recover()
    for name in "ab":
        for at in range(5):
            number = {"N": str(at)}
            await client.put({"id": {"S": name}, "at": number, "n": number}, "tab")
    exports = Exports(backups, bucket)
    begun = await exports.begin(FilterSpecification=specification)
    ended = await exports.end(begun)
    assert ended["FilterSpecification"] == specification
    assert ended["ItemCount"] == len(wanted)
    lines = sorted((line["Item"] for line in await exports.lines()), key=str)
    assert lines == sorted(wanted, key=str)


@pytest.mark.parametrize(
    "specification",
    [
        {"FilterExpression": "a ="},
        {"KeyConditionExpression": "n = :v", "ExpressionAttributeValues": THREE},
        {"FilterExpression": "n = :v"},
    ],
)
async def test_filters_that_are_none(exports, client, specification):
    given = {"S3Bucket": "things", "FilterSpecification": specification}
    assert await client.invalid("ExportTableToPointInTime", TableArn=OF_TABLE, **given)


# Increments

HOUR = 3600
INCREMENT = {"ExportType": "INCREMENTAL_EXPORT"}


@pytest.fixture
async def changed(exports, backups, client, clock):
    """An hour of changes between two others."""
    await client.put(item("kept"), "tab")
    await client.put(item("updated"), "tab")
    await client.put(item("deleted"), "tab")
    await backups.recover()
    await clock.advance(HOUR)
    await client.put(item("added", 1), "tab")
    await client.put(item("updated", 1), "tab")
    await clock.advance(1)
    await client.put(item("updated", 2), "tab")
    await client.delete({"id": {"S": "deleted"}}, "tab")
    await client.put(item("brief"), "tab")
    await client.delete({"id": {"S": "brief"}}, "tab")
    await clock.advance(HOUR)
    await client.put(item("updated", 3), "tab")
    return exports


def item(name, number=0):
    return {"id": {"S": name}, "n": {"N": str(number)}}


def record(second, name, old=None, new=None):
    images = {"OldImage": old, "NewImage": new}
    return {
        "Metadata": {"WriteTimestampMicros": {"N": f"{second}000000"}},
        "Keys": {"id": {"S": name}},
        **{kind: image for kind, image in images.items() if image is not None},
    }


def window(**more):
    return {"ExportFromTime": NOW + HOUR, "ExportToTime": NOW + 2 * HOUR, **more}


def by_key(lines):
    return sorted(lines, key=lambda line: line["Keys"]["id"]["S"])


async def test_an_increment_with_old_images(changed):
    given = {**INCREMENT, "IncrementalExportSpecification": window()}
    ended = await changed.end(await changed.begin(**given))
    assert ended["ItemCount"] == 3
    assert by_key(await changed.lines()) == [
        record(NOW + HOUR, "added", None, item("added", 1)),
        record(NOW + HOUR + 1, "deleted", item("deleted"), None),
        record(NOW + HOUR + 1, "updated", item("updated"), item("updated", 2)),
    ]


async def test_an_increment_without_old_images(changed):
    given = {**INCREMENT, "IncrementalExportSpecification": window(ExportViewType="NEW_IMAGE")}
    await changed.end(await changed.begin(**given))
    assert by_key(await changed.lines()) == [
        record(NOW + HOUR, "added", None, item("added", 1)),
        record(NOW + HOUR + 1, "deleted", None, None),
        record(NOW + HOUR + 1, "updated", None, item("updated", 2)),
    ]


async def test_the_end_is_exclusive_and_the_beginning_inclusive(changed):
    given = {"ExportFromTime": NOW + HOUR - 1000, "ExportToTime": NOW + HOUR + 1}
    await changed.end(await changed.begin(**INCREMENT, IncrementalExportSpecification=given))
    assert [line["Keys"]["id"]["S"] for line in by_key(await changed.lines())] == [
        "added",
        "updated",
    ]


async def test_the_files_of_an_increment(changed, bucket):
    given = {**INCREMENT, "IncrementalExportSpecification": window()}
    ended = await changed.end(await changed.begin(**given))
    assert ended["IncrementalExportSpecification"] == window(ExportViewType="NEW_AND_OLD_IMAGES")
    assert "ExportTime" not in ended
    (data,) = [key for key in await bucket.keys() if "data" in key]
    assert data.startswith("AWSDynamoDB/data/")
    summary = json.loads(await bucket.get(ended["ExportManifest"]))
    told = {
        "version": "2023-08-01",
        "exportFromTime": "2023-11-14T23:13:20.000Z",
        "exportToTime": "2023-11-15T00:13:20.000Z",
        "outputView": "NEW_AND_OLD_IMAGES",
        "exportType": "INCREMENTAL_EXPORT",
    }
    assert summary | told == summary
    assert "exportTime" not in summary


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (
            {"IncrementalExportSpecification": {}},
            "Export Type expected to be Incremental Export when incremental export specification is provided",
        ),
        (
            {"ExportType": "FULL_EXPORT", "IncrementalExportSpecification": {}},
            "When Export Type is Full Export , Incremental Export Specification should not be provided",
        ),
        (
            INCREMENT,
            "Incremental Export Specification expected when export type is set as Incremental Export",
        ),
        (
            {**INCREMENT, "IncrementalExportSpecification": {}},
            "ExportFromTime must be provided in IncrementalExportSpecification",
        ),
        (
            {"S3SseKmsKeyId": "alias/a"},
            "KMS Key Id is not supported for this encryption type",
        ),
        (
            {"FilterSpecification": {}},
            "Invalid FilterSpecification: The specification can not be empty",
        ),
    ],
)
async def test_requests_that_contradict_themselves(exports, client, given, text):
    found = await client.invalid(
        "ExportTableToPointInTime", TableArn=OF_TABLE, S3Bucket="things", **given
    )
    assert found == f"Invalid Request: {text}"


async def untimely(client, **given):
    error = await client.refused(
        "ExportTableToPointInTime", TableArn=OF_TABLE, S3Bucket="things", **given
    )
    assert error.code == "InvalidExportTimeException"
    return error.message


@pytest.mark.parametrize(
    ("start", "end", "text"),
    [
        (
            -1,
            None,
            (
                "Incremental export period from time cannot be less than the table creation time : "
                "2023-11-14T22:13:19Z"
            ),
        ),
        (
            HOUR,
            30 * HOUR + 1,
            (
                "Incremental export period to time cannot be greater than the current time : "
                "2023-11-16T04:13:21Z"
            ),
        ),
        (
            2 * HOUR,
            HOUR,
            (
                "Incremental export period from time should not be greater or equal to incremental "
                "export period to time"
            ),
        ),
        (
            HOUR,
            HOUR + 899,
            "Difference between export period from time and export period to time is less than 15 minutes",
        ),
        (
            HOUR,
            25 * HOUR + 1,
            "Difference between export period from time and export period to time is greater than 24 hours",
        ),
        (
            HOUR - 1,
            3 * HOUR,
            "Point in Time Recovery is not available for specified export time",
        ),
    ],
)
async def test_windows_that_cannot_be_exported(exports, backups, client, clock, start, end, text):
    await clock.advance(HOUR)
    await backups.recover()
    await clock.advance(29 * HOUR)
    given = {"ExportFromTime": NOW + start}
    if end is not None:
        given["ExportToTime"] = NOW + end
    assert await untimely(client, **INCREMENT, IncrementalExportSpecification=given) == text


@pytest.mark.parametrize("time", [NOW - 1, NOW + 11, -1])
async def test_times_that_cannot_be_exported(exports, backups, client, clock, time):
    await backups.recover()
    await clock.advance(10)
    assert await untimely(client, ExportTime=time) == "Export Time is invalid"


# What else is refused


async def refused(client, **given):
    error = await client.refused("ExportTableToPointInTime", **{"S3Bucket": "things", **given})
    return error.code, error.message


async def test_a_table_without_recovery(exports, client):
    assert await refused(client, TableArn=OF_TABLE, S3Bucket="nowhere") == (
        "PointInTimeRecoveryUnavailableException",
        "Point in time recovery is not enabled for table 'tab'",
    )


async def test_tables_that_are_not_there(exports, client):
    for arn in (
        OF_TABLE.replace("/tab", "/nope"),
        OF_TABLE.replace("us-east-1", "eu-west-1"),
    ):
        assert await refused(client, TableArn=arn) == (
            "TableNotFoundException",
            f"Table not found: {arn}",
        )


async def test_what_is_no_arn_of_a_table(exports, client):
    assert await refused(client, TableArn="tab") == (
        "ValidationException",
        "One or more parameter values were invalid: tableArn is not a valid ARN",
    )
    assert await refused(client, TableArn=f"{OF_TABLE}/index/gsi") == (
        "ValidationException",
        "Invalid Request: Table ARN is invalid.",
    )
    assert await refused(client, TableArn=OF_TABLE.replace("000000000000", "111111111111")) == (
        "AccessDeniedException",
        "Access is denied",
    )


@pytest.mark.parametrize(
    "given",
    [
        {"ExportFormat": "ION"},
        {
            "FilterSpecification": {"FilterExpression": "a = b"},
            **INCREMENT,
            "IncrementalExportSpecification": {"ExportFromTime": NOW},
        },
    ],
)
async def test_what_is_not_implemented_is_refused_by_name(exports, client, given):
    code, message = await refused(client, TableArn=OF_TABLE, **given)
    assert code == "NotImplemented"
    assert next(iter(given)) in message


async def test_a_stack_without_s3_says_so(client):
    await client.make("tab")
    code, message = await refused(client, TableArn=OF_TABLE)
    assert code == "NotImplemented"
    assert "needs Amazon S3" in message


# Failures


async def test_a_bucket_that_is_missing(exports, backups):
    await backups.recover()
    ended = await exports.end(await exports.begin(S3Bucket="nowhere"))
    assert ended["ExportStatus"] == "FAILED"
    assert ended["FailureCode"] == "S3NoSuchBucket"
    assert ended["FailureMessage"].startswith(
        "The specified bucket does not exist (Service: Amazon S3; Status Code: 404; "
        "Error Code: NoSuchBucket; Request ID: "
    )
    assert "EndTime" in ended


async def test_a_bucket_of_another_owner(exports, backups):
    await backups.recover()
    ended = await exports.end(await exports.begin(S3BucketOwner="111111111111"))
    assert (ended["ExportStatus"], ended["FailureCode"]) == ("FAILED", "S3AccessDenied")


async def test_a_key_that_nobody_has(exports, backups):
    await backups.recover()
    ended = await exports.end(await exports.begin(S3SseAlgorithm="KMS", S3SseKmsKeyId="alias/a"))
    assert (ended["ExportStatus"], ended["S3SseAlgorithm"]) == ("FAILED", "KMS")


async def test_an_export_cut_off_goes_on_after_a_restart(exports, backups, client, monkeypatch):
    await backups.recover()
    await backups.fill(5)

    async def stop(*_):
        stopped.set()
        await asyncio.Event().wait()

    stopped = asyncio.Event()
    monkeypatch.setattr(running, "_upload", stop)
    begun = await exports.begin()
    await stopped.wait()
    monkeypatch.undo()
    await client.put({"id": {"S": "later"}}, "tab")
    await client.restart()
    assert (await exports.end(begun))["ItemCount"] == 5
    assert len(await exports.lines()) == 5


async def test_an_export_that_had_read_nothing_reads_the_table_as_it_was(
    exports, backups, client, clock
):
    await backups.recover()
    await backups.fill(5)
    ended = await exports.end(await exports.begin())
    await clock.advance(1)
    await client.delete({"id": {"S": "i1"}}, "tab")
    await client.dynamodb.db.write(
        lambda connection: connection.execute(
            "UPDATE jobs SET ended_ms = NULL, details = json_remove(details, '$.Outcome')"
        )
    )
    await client.restart()
    assert (await exports.end(ended))["ItemCount"] == 5


async def test_an_export_whose_table_went_away_meanwhile_fails(exports, backups, client):
    await backups.recover()
    ended = await exports.end(await exports.begin())
    await client.dynamodb.db.write(
        lambda connection: connection.execute(
            "UPDATE jobs SET ended_ms = NULL, details = json_remove(details, '$.Outcome')"
        )
    )
    await client("DeleteTable", TableName="tab")
    await client.restart()
    again = await exports.end(ended)
    assert (again["ExportStatus"], again["FailureCode"]) == ("FAILED", "UNKNOWN")


# Tokens


async def test_the_same_request_with_the_same_token_is_the_same_export(exports, backups):
    await backups.recover()
    first = await exports.begin(ClientToken="token")
    assert (await exports.begin(ClientToken="token"))["ExportArn"] == first["ExportArn"]
    await exports.end(first)
    assert (await exports.begin(ClientToken="token"))["ExportArn"] == first["ExportArn"]


@pytest.mark.parametrize("other", [{"S3Prefix": "a"}, {"S3Bucket": "other"}])
async def test_another_request_with_the_same_token(exports, backups, client, other):
    await backups.recover()
    await exports.begin(ClientToken="token")
    assert await refused(client, TableArn=OF_TABLE, ClientToken="token", **other) == (
        "ExportConflictException",
        "Export conflict: Duplicate request detected with conflicting parameters",
    )


async def test_a_token_is_forgotten_eight_hours_after_the_end(exports, backups, clock):
    await backups.recover()
    first = await exports.end(await exports.begin(ClientToken="token"))
    await clock.advance(8 * HOUR + 1)
    assert (await exports.begin(ClientToken="token"))["ExportArn"] != first["ExportArn"]


# Listings


async def test_exports_that_are_not_there(exports, client):
    error = await client.refused("DescribeExport", ExportArn=ARN)
    assert (error.code, error.message) == (
        "ExportNotFoundException",
        f"Export not found: Export not found: {ARN}",
    )
    elsewhere = ARN.replace("us-east-1", "eu-west-1")
    error = await client.refused("DescribeExport", ExportArn=elsewhere)
    assert (error.code, error.message) == (
        "ExportNotFoundException",
        "Export not found: Invalid export arn",
    )
    for text in (OF_TABLE, ARN.replace("export", "import"), "x" * 40):
        assert await client.invalid("DescribeExport", ExportArn=text) == "Invalid Export ARN"
    error = await client.other().refused("DescribeExport", ExportArn=ARN)
    assert error.code == "AccessDeniedException"


async def test_a_listing_by_pages_the_latest_first(exports, backups, client, clock):
    await backups.recover()
    begun = []
    for _ in range(3):
        begun.append((await exports.end(await exports.begin()))["ExportArn"])
        await clock.advance(1)
    first = await client("ListExports", TableArn=OF_TABLE, MaxResults=2)
    rest = await client("ListExports", NextToken=first["NextToken"])
    listed = first["ExportSummaries"] + rest["ExportSummaries"]
    assert [each["ExportArn"] for each in listed] == begun[::-1]
    assert listed[0] == {
        "ExportArn": begun[-1],
        "ExportStatus": "COMPLETED",
        "ExportType": "FULL_EXPORT",
    }
    assert "NextToken" not in rest


async def test_a_table_made_again_has_no_exports(exports, backups, client):
    await backups.recover()
    begun = await exports.begin()
    await exports.end(begun)
    await client("DeleteTable", TableName="tab")
    assert (await client("ListExports", TableArn=OF_TABLE))["ExportSummaries"] == []
    await client.make("tab")
    assert (await client("ListExports", TableArn=OF_TABLE))["ExportSummaries"] == []
    assert len((await client("ListExports"))["ExportSummaries"]) == 1
    assert (await exports.describe(begun["ExportArn"]))["ExportStatus"] == "COMPLETED"


async def test_exports_are_listed_for_ninety_days(exports, backups, client, clock):
    await backups.recover()
    await exports.end(await exports.begin())
    await clock.advance(90 * 24 * HOUR + 1)
    assert (await client("ListExports"))["ExportSummaries"] == []
    await clock.advance(24 * HOUR)

    async def count():
        return client.dynamodb.db.query_one("SELECT count(*) FROM jobs")[0]

    await backups.until(count, 0)


@pytest.mark.parametrize("token", ["00" * 56, "zz", b"IMPORT a".hex()])
async def test_a_token_that_is_none(client, token):
    text = await client.invalid("ListExports", NextToken=token)
    assert text == f"Invalid Request: Provided nextToken is invalid: {token}"
