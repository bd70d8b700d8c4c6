"""Versions and delete markers. https://docs.aws.amazon.com/AmazonS3/latest/userguide/DeleteMarker.html"""

from __future__ import annotations

import pytest


@pytest.fixture
async def versioned(s3, bucket):
    await set_versioning(s3, bucket, "Enabled")
    return bucket


async def set_versioning(s3, bucket, status):
    wanted = {"Status": status}
    await s3("PutBucketVersioning", Bucket=bucket, VersioningConfiguration=wanted)


async def test_the_status(s3, bucket, refused):
    assert await s3("GetBucketVersioning", Bucket=bucket) == {}
    await set_versioning(s3, bucket, "Enabled")
    assert await s3("GetBucketVersioning", Bucket=bucket) == {"Status": "Enabled"}
    await s3.reopen()
    assert await s3("GetBucketVersioning", Bucket=bucket) == {"Status": "Enabled"}
    put = {"Bucket": bucket, "VersioningConfiguration": {}}
    await refused("IllegalVersioningConfigurationException", "PutBucketVersioning", **put)
    put["VersioningConfiguration"] = {"Status": "Off"}
    await refused("MalformedXML", "PutBucketVersioning", **put)


async def test_a_marker_hides_the_object_and_says_so(s3, versioned, refused):
    first = await s3("PutObject", Bucket=versioned, Key="k", Body=b"1")
    marker = await s3("DeleteObject", Bucket=versioned, Key="k")
    assert marker["DeleteMarker"] is True
    error = await refused("NoSuchKey", "GetObject", Bucket=versioned, Key="k")
    assert error.headers == [
        ("x-amz-delete-marker", "true"),
        ("x-amz-version-id", marker["VersionId"]),
    ]
    old = await s3("GetObject", Bucket=versioned, Key="k", VersionId=first["VersionId"])
    assert old["Body"] == b"1"
    by_id = {"Bucket": versioned, "Key": "k", "VersionId": marker["VersionId"]}
    error = await refused("MethodNotAllowed", "HeadObject", **by_id)
    assert error.status == 405
    assert ("Allow", "DELETE") in error.headers
    assert (await s3("DeleteObject", **by_id))["DeleteMarker"] is True
    assert (await s3("GetObject", Bucket=versioned, Key="k"))["Body"] == b"1"


async def test_version_ids_that_are_none(s3, versioned, refused):
    await s3("PutObject", Bucket=versioned, Key="k", Body=b"1")
    name = {"Bucket": versioned, "Key": "k"}
    await refused("NoSuchVersion", "GetObject", **name, VersionId="a" * 24 + "0000000f")
    await refused("NoSuchVersion", "GetObject", **name, VersionId="null")
    for wrong in ("", "short", "z" * 32, "ä" * 32):
        error = await refused("InvalidArgument", "GetObject", **name, VersionId=wrong)
        assert error.fields["ArgumentName"] == "versionId"
        await refused("InvalidArgument", "DeleteObject", **name, VersionId=wrong)
    missing = await s3("DeleteObject", **name, VersionId="a" * 24 + "0000000f")
    assert "DeleteMarker" not in missing


async def test_suspended_writes_replace_the_null_version(s3, versioned):
    kept = await s3("PutObject", Bucket=versioned, Key="k", Body=b"1")
    await set_versioning(s3, versioned, "Suspended")
    for data in (b"2", b"3"):
        done = await s3("PutObject", Bucket=versioned, Key="k", Body=data)
        assert done["VersionId"] == "null"
    page = await s3("ListObjectVersions", Bucket=versioned)
    assert [each["VersionId"] for each in page["Versions"]] == ["null", kept["VersionId"]]
    assert (await s3("DeleteObject", Bucket=versioned, Key="k"))["VersionId"] == "null"
    page = await s3("ListObjectVersions", Bucket=versioned)
    assert [each["VersionId"] for each in page["Versions"]] == [kept["VersionId"]]
    assert [each["IsLatest"] for each in page["DeleteMarkers"]] == [True]


async def test_objects_from_before_are_null_versions(s3, bucket):
    assert "VersionId" not in await s3("PutObject", Bucket=bucket, Key="k", Body=b"1")
    assert "VersionId" not in await s3("GetObject", Bucket=bucket, Key="k")
    await set_versioning(s3, bucket, "Enabled")
    assert (await s3("GetObject", Bucket=bucket, Key="k"))["VersionId"] == "null"
    await s3("PutObject", Bucket=bucket, Key="k", Body=b"2")
    old = await s3("GetObject", Bucket=bucket, Key="k", VersionId="null")
    assert old["Body"] == b"1"


async def test_a_bucket_with_versions_is_not_empty(s3, versioned, refused):
    await s3("PutObject", Bucket=versioned, Key="k", Body=b"1")
    marker = await s3("DeleteObject", Bucket=versioned, Key="k")
    error = await refused("BucketNotEmpty", "DeleteBucket", Bucket=versioned)
    assert error.message.endswith("You must delete all versions in the bucket.")
    page = await s3("ListObjectVersions", Bucket=versioned)
    for each in page["Versions"] + page["DeleteMarkers"]:
        await s3("DeleteObject", Bucket=versioned, Key="k", VersionId=each["VersionId"])
    assert marker["VersionId"] == page["DeleteMarkers"][0]["VersionId"]
    await s3("DeleteBucket", Bucket=versioned)


async def test_pages_with_prefix_and_delimiter(s3, versioned, refused):
    for key in ("a", "d/1", "d/2", "e"):
        for _ in range(2):
            await s3("PutObject", Bucket=versioned, Key=key, Body=b"")
    asked = {"Bucket": versioned, "Delimiter": "/", "MaxKeys": 1}
    seen, marker = [], {}
    while True:
        page = await s3("ListObjectVersions", **asked, **marker)
        seen += [each["Key"] for each in page["Versions"]]
        seen += [each["Prefix"] for each in page["CommonPrefixes"]]
        if not page["IsTruncated"]:
            break
        marker = {
            "KeyMarker": page["NextKeyMarker"],
            "VersionIdMarker": page.get("NextVersionIdMarker", ""),
        }
    assert seen == ["a", "a", "d/", "e", "e"]
    await refused("InvalidArgument", "ListObjectVersions", Bucket=versioned, VersionIdMarker="null")


async def test_a_page_goes_on_where_its_last_version_was_removed(s3, versioned):
    for _ in range(4):
        await s3("PutObject", Bucket=versioned, Key="k", Body=b"")
    every = (await s3("ListObjectVersions", Bucket=versioned))["Versions"]
    gone = every[1]["VersionId"]
    await s3("DeleteObject", Bucket=versioned, Key="k", VersionId=gone)
    marker = {"KeyMarker": "k", "VersionIdMarker": gone}
    page = await s3("ListObjectVersions", Bucket=versioned, **marker)
    assert [each["VersionId"] for each in page["Versions"]] == [
        each["VersionId"] for each in every[2:]
    ]


async def test_tags_belong_to_a_version(s3, versioned):
    tags = {"TagSet": [{"Key": "a", "Value": "1"}]}
    first = await s3("PutObject", Bucket=versioned, Key="k", Body=b"1")
    await s3("PutObject", Bucket=versioned, Key="k", Body=b"2")
    old = {"Bucket": versioned, "Key": "k", "VersionId": first["VersionId"]}
    await s3("PutObjectTagging", **old, Tagging=tags)
    assert (await s3("GetObjectTagging", **old))["TagSet"] == tags["TagSet"]
    assert (await s3("GetObjectTagging", Bucket=versioned, Key="k"))["TagSet"] == []
    assert (await s3("HeadObject", **old))["TagCount"] == 1
    await s3("DeleteObjectTagging", **old)
    assert (await s3("GetObjectTagging", **old))["TagSet"] == []


async def test_a_delete_marker_has_no_tags(s3, versioned, refused):
    gone = await s3("DeleteObject", Bucket=versioned, Key="k")
    marker = {"Bucket": versioned, "Key": "k", "VersionId": gone["VersionId"]}
    error = await refused("MethodNotAllowed", "PutObjectTagging", **marker, Tagging={"TagSet": []})
    # Calls without HTTP are all made as a POST.
    assert (error.status, error.fields["Method"]) == (405, "POST")
