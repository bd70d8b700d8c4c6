"""What is written with each change of an object, for what carries it on."""

import asyncio
import json

import pytest
from tests.aws.s3.notifications.test_rules import QUEUE, TOPIC, one

from homeport.aws.protocol.call import AwsError
from homeport.aws.s3.notifications import outgoing
from homeport.aws.s3.notifications.outgoing import Outgoing
from homeport.edge import http

ALL = ["s3:ObjectCreated:*", "s3:ObjectRemoved:*", "s3:ObjectTagging:*", "s3:ObjectAcl:Put"]
EMPTY = "d41d8cd98f00b204e9800998ecf8427e"


@pytest.fixture
async def notified(s3, bucket):
    """The bucket, all of whose events go to a queue."""
    await configure(s3, one(*ALL) | {"Id": "mine"})
    return bucket


async def configure(s3, *parts, **more):
    await s3(
        "PutBucketNotificationConfiguration",
        Bucket="bucket",
        NotificationConfiguration={"QueueConfigurations": list(parts), **more},
        SkipDestinationValidation=True,
    )


async def put(s3, key="key", body=b"data", **more):
    return await s3("PutObject", Bucket="bucket", Key=key, Body=body, **more)


async def delete(s3, key="key", **more):
    return await s3("DeleteObject", Bucket="bucket", Key=key, **more)


async def enable_versioning(s3, status="Enabled"):
    said = {"Status": status}
    await s3("PutBucketVersioning", Bucket="bucket", VersioningConfiguration=said)


def rows(s3):
    return s3.s3.db.query("SELECT lane, body FROM outbox ORDER BY id")


def events(s3):
    """The events so far, each its name and what it says of the object, without the sequencer; they are then forgotten."""
    found = []
    for record in records(s3):
        said = record["s3"]["object"]
        said.pop("sequencer", None)
        found.append((record["eventName"], said))
    return found


def records(s3):
    return [json.loads(json.loads(body)["message"])["Records"][0] for _, body in rows(s3)]


async def test_of_a_put(s3, notified):
    put_ = await put(s3)
    (record,) = records(s3)
    said = record["s3"]["object"]
    assert len(said.pop("sequencer")) == 18
    assert said == {"key": "key", "size": 4, "eTag": put_["ETag"].strip('"')}
    assert record["eventName"] == "ObjectCreated:Put"
    assert record["s3"]["configurationId"] == "mine"
    assert record["responseElements"]["x-amz-request-id"] == "request"


async def test_it_says_where_it_goes_and_for_whom(s3, notified):
    await put(s3)
    ((lane, body),) = rows(s3)
    said = json.loads(body)
    assert lane == f"bucket/{QUEUE}"
    assert (said["account"], said["region"]) == ("000000000000", "us-east-1")
    assert "trace" not in said


async def test_a_trace_is_kept(s3, notified):
    headers = {outgoing.TRACE: "Root=1-2"}
    await s3.output("PutObject", Bucket="bucket", Key="key", Body=b"", headers=headers)
    assert json.loads(rows(s3)[0][1])["trace"] == "Root=1-2"


async def test_of_a_copy(s3, notified):
    await put(s3)
    await s3("CopyObject", Bucket="bucket", Key="copy", CopySource="bucket/key")
    name, said = events(s3)[-1]
    assert (name, said["key"], said["size"]) == ("ObjectCreated:Copy", "copy", 4)


async def test_of_parts(s3, notified):
    upload = {"Bucket": "bucket", "Key": "key"}
    upload["UploadId"] = (await s3("CreateMultipartUpload", **upload))["UploadId"]
    part = await s3("UploadPart", **upload, PartNumber=1, Body=b"data")
    assert rows(s3) == []
    whole = {"MultipartUpload": {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}}
    for _ in range(2):
        done = await s3("CompleteMultipartUpload", **upload, **whole)
    etag = done["ETag"].strip('"')
    wanted = {"key": "key", "size": 4, "eTag": etag}
    assert events(s3) == [("ObjectCreated:CompleteMultipartUpload", wanted)]


async def test_of_a_deletion(s3, notified):
    await put(s3)
    await delete(s3)
    assert events(s3)[1:] == [("ObjectRemoved:Delete", {"key": "key"})]


async def test_of_the_deletion_of_nothing(s3, notified):
    await delete(s3)
    await delete(s3, VersionId="null")
    assert events(s3) == []


async def test_of_many_deletions(s3, notified):
    """Also of what was not there."""
    await put(s3, "1")
    asked = {"Objects": [{"Key": "1"}, {"Key": "2"}]}
    await s3("DeleteObjects", Bucket="bucket", Delete=asked)
    assert events(s3)[1:] == [
        ("ObjectRemoved:Delete", {"key": "1"}),
        ("ObjectRemoved:Delete", {"key": "2"}),
    ]


async def test_of_a_deletion_that_is_refused_among_many(s3, notified):
    await put(s3, "1")
    await put(s3, "2")
    asked = {"Objects": [{"Key": "1", "ETag": '"other"'}, {"Key": "2"}]}
    await s3("DeleteObjects", Bucket="bucket", Delete=asked)
    assert [said for _, said in events(s3)[2:]] == [{"key": "2"}]


async def test_of_versions(s3, notified):
    await enable_versioning(s3)
    version = (await put(s3))["VersionId"]
    marker = (await delete(s3))["VersionId"]
    await delete(s3, VersionId=marker)
    await delete(s3, VersionId=version)
    put_, *others = events(s3)
    assert put_[1]["versionId"] == version
    assert others == [
        (
            "ObjectRemoved:DeleteMarkerCreated",
            {"key": "key", "eTag": EMPTY, "versionId": marker},
        ),
        ("ObjectRemoved:Delete", {"key": "key", "versionId": marker}),
        ("ObjectRemoved:Delete", {"key": "key", "versionId": version}),
    ]


async def test_of_a_version_that_is_not_there(s3, notified):
    await enable_versioning(s3)
    version = (await put(s3))["VersionId"]
    await delete(s3, VersionId=version)
    await delete(s3, VersionId=version)
    assert len(events(s3)) == 2


async def test_a_bucket_whose_versioning_is_suspended_has_no_ids(s3, notified):
    await enable_versioning(s3, "Suspended")
    await put(s3)
    await delete(s3)
    assert ["versionId" in said for _, said in events(s3)] == [False, False]


async def test_of_tags(s3, notified):
    etag = (await put(s3))["ETag"].strip('"')
    tags = {"TagSet": [{"Key": "a", "Value": "b"}]}
    await s3("PutObjectTagging", Bucket="bucket", Key="key", Tagging=tags)
    await s3("DeleteObjectTagging", Bucket="bucket", Key="key")
    said = {"key": "key", "eTag": etag}
    assert events(s3)[1:] == [("ObjectTagging:Put", said), ("ObjectTagging:Delete", said)]
    assert ["sequencer" in record["s3"]["object"] for record in records(s3)] == [True, False, False]


async def test_an_access_list_never_changes(s3, notified):
    rules = {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}
    await s3("PutBucketOwnershipControls", Bucket="bucket", OwnershipControls=rules)
    await put(s3)
    await s3("PutObjectAcl", Bucket="bucket", Key="key", ACL="private")
    assert len(events(s3)) == 1


async def test_what_fails_has_no_event(s3, notified, refused):
    await put(s3)
    more = {"Bucket": "bucket", "Key": "key", "Body": b"", "IfNoneMatch": "*"}
    await refused("PreconditionFailed", "PutObject", **more)
    assert len(events(s3)) == 1


async def test_a_commit_that_fails_has_neither(s3, notified, monkeypatch):
    def broken(*arguments):
        raise OSError("no")

    monkeypatch.setattr("homeport.aws.s3.notifications.outgoing.outbox.add", broken)
    with pytest.raises(OSError):
        await put(s3)
    monkeypatch.undo()
    assert rows(s3) == []
    assert (await s3("ListObjectsV2", Bucket="bucket"))["KeyCount"] == 0


async def test_events_are_told_of_after_their_commit(s3, notified):
    told = []
    s3.s3.wake = lambda lane: told.append((lane, len(rows(s3))))
    await put(s3)
    assert told == [(f"bucket/{QUEUE}", 1)]


async def test_each_destination_gets_its_own(s3, bucket):
    topic = {"TopicArn": TOPIC, "Events": ["s3:ObjectCreated:Put"]}
    by_suffix = {"Filter": {"Key": {"FilterRules": [{"Name": "suffix", "Value": ".png"}]}}}
    await configure(s3, one(suffix=".jpg"), TopicConfigurations=[topic | by_suffix])
    for key in ("a.png", "b.jpg", "c.gif"):
        await put(s3, key)
    assert [lane for lane, _ in rows(s3)] == [f"bucket/{TOPIC}", f"bucket/{QUEUE}"]


async def test_a_bucket_without_a_configuration_writes_nothing(s3, bucket):
    await put(s3)
    await delete(s3)
    assert rows(s3) == []
    assert s3.s3.db.query("SELECT last FROM event_order") == [(0,)]


async def test_event_bridge_alone_writes_nothing(s3, bucket):
    await configure(s3, EventBridgeConfiguration={})
    await put(s3)
    assert rows(s3) == []


async def test_sequencers_grow_while_the_clock_stands_and_after_it_was_set_back(
    s3, notified, clock
):
    for _ in range(3):
        await put(s3)
    clock._now -= 3600
    await s3.reopen()
    for _ in range(3):
        await put(s3)
    found = [record["s3"]["object"]["sequencer"] for record in records(s3)]
    assert found == sorted(set(found))


class Slow:
    """A body that ends when it is told to."""

    length = 4
    announced = None

    def __init__(self):
        self.end = asyncio.Event()

    def peek(self):
        return None

    async def __aiter__(self):
        yield b"da"
        await self.end.wait()
        yield b"ta"


async def test_a_configuration_counts_from_its_commit_on(s3, bucket):
    body = Slow()
    upload = asyncio.ensure_future(put(s3, body=body))
    await asyncio.sleep(0)
    await configure(s3, one())
    body.end.set()
    await upload
    assert len(events(s3)) == 1


async def test_a_bucket_that_went_away_meanwhile(s3, bucket):
    body = Slow()
    upload = asyncio.ensure_future(put(s3, body=body))
    await asyncio.sleep(0)
    await s3("DeleteBucket", Bucket=bucket)
    body.end.set()
    with pytest.raises(AwsError) as caught:
        await upload
    assert caught.value.code == "NoSuchBucket"
    assert s3.files() == []


async def test_without_destinations_there_is_nothing_to_make(s3, bucket):
    request = http.Request("PUT", "/", "", {}, http.BytesBody())
    call = type("Call", (), {"request": request})
    made = Outgoing(s3.s3, call, s3.s3.named(bucket))
    assert vars(made) == {"_routes": ()}
