"""What is set on a bucket."""

from __future__ import annotations

import json
import secrets

import pytest

CORS = {"CORSRules": [{"AllowedOrigins": ["*"], "AllowedMethods": ["GET"]}]}


async def save(visitor, bucket, setting, value):
    await visitor.get("/s3")
    text = value if isinstance(value, str) else json.dumps(value)
    return await visitor.post(f"/s3/{bucket}/settings/{setting}", {"value": text})


def text(page, setting):
    """What a section of the page shows."""
    return page.find("section", aria_labelledby=setting).text


async def test_all_as_it_is(visitor, make):
    page = await visitor.get(f"/s3/{make()}/settings")
    assert "Region us-east-1" in page.text
    for setting in ("policy", "cors", "lifecycle", "notifications", "website", "lock"):
        assert "Not set." in text(page, setting)
    assert "AES256" in text(page, "encryption")


async def test_cross_origin_rules(visitor, make, s3):
    bucket = make()
    page = await visitor.follow(await save(visitor, bucket, "cors", CORS))
    assert page.said() == ["Cross-origin requests (CORS): saved."]
    assert s3.get_bucket_cors(Bucket=bucket)["CORSRules"] == CORS["CORSRules"]
    section = page.find("section", aria_labelledby="cors")
    assert json.loads(section.find("pre").raw) == CORS
    assert json.loads(section.find("textarea").raw) == CORS
    page = await visitor.follow(await save(visitor, bucket, "cors", ""))
    assert "Not set." in text(page, "cors")


async def test_notifications(visitor, make, s3, standing):
    sqs = standing.client("sqs")
    url = sqs.create_queue(QueueName="told-by-s3")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    wanted = {
        "QueueConfigurations": [{"QueueArn": arn["QueueArn"], "Events": ["s3:ObjectCreated:*"]}]
    }
    bucket = make()
    await save(visitor, bucket, "notifications", wanted)
    found = s3.get_bucket_notification_configuration(Bucket=bucket)["QueueConfigurations"]
    assert found[0]["QueueArn"] == arn["QueueArn"]
    page = await visitor.follow(await save(visitor, bucket, "notifications", ""))
    assert "Not set." in text(page, "notifications")
    assert "QueueConfigurations" not in s3.get_bucket_notification_configuration(Bucket=bucket)


@pytest.mark.parametrize("setting", ["policy", "lifecycle"])
async def test_what_this_cloud_does_not_have_is_said(visitor, make, setting):
    value = {"Rules": [{"ID": "a", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 1}}]}  # fmt: skip
    page = await save(visitor, make(), setting, value)
    assert page.status == 502
    assert "AWS calls this NotImplemented" in page.text


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("{", "this is not JSON"),
        ("[]", "must be an object in braces"),
        ("[" * 100_000, "nested too deeply"),
        ('{"CORSRules": 5}', "CORSRules"),
        ('{"CORSRules": [{"AllowedMethods": ["NO"], "AllowedOrigins": ["*"]}]}', "NO"),
        ('{"a": "' + "x" * 300_000 + '"}', "longer than 256 KiB"),
    ],
)
async def test_what_is_wrong_is_said(visitor, make, value, words):
    page = await save(visitor, make(), "cors", value)
    assert page.status == 400
    assert words in page.text


@pytest.mark.parametrize("setting", ["nothing", "encryption"])
async def test_a_setting_that_is_none_to_change(visitor, make, setting):
    assert (await save(visitor, make(), setting, "{}")).status == 404


async def test_versioning(visitor, make, s3):
    bucket = make()
    page = await visitor.get(f"/s3/{bucket}/settings")
    assert "Keep versions" in page.buttons()
    page = await visitor.follow(
        await visitor.post(f"/s3/{bucket}/settings/versioning", {"status": "Enabled"})
    )
    assert s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"
    assert "Suspend versioning" in page.buttons()
    await visitor.post(f"/s3/{bucket}/settings/versioning", {"status": "Suspended"})
    assert s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Suspended"


async def test_tags(visitor, make, s3):
    bucket = make()
    await visitor.get("/s3")
    await visitor.post(f"/s3/{bucket}/settings/tags", {"tags": "team=a/b: @c = d"})
    assert s3.get_bucket_tagging(Bucket=bucket)["TagSet"] == [
        {"Key": "team", "Value": "a/b: @c = d"}
    ]
    page = await visitor.get(f"/s3/{bucket}/settings")
    assert page.find("textarea", name="tags").raw.strip() == "team=a/b: @c = d"
    page = await visitor.follow(await visitor.post(f"/s3/{bucket}/settings/tags", {"tags": ""}))
    assert page.find("textarea", name="tags").raw.strip() == ""


async def test_a_reader_sees_and_changes_nothing(reader, make, s3):
    bucket = make()
    s3.put_bucket_cors(Bucket=bucket, CORSConfiguration=CORS)
    page = await reader.get(f"/s3/{bucket}/settings")
    assert '"AllowedOrigins"' in text(page, "cors")
    assert page.all("textarea") == []
    assert "Delete the empty bucket" not in page.buttons()
    assert (await reader.get(f"/s3/{bucket}/empty")).status == 403


async def test_the_example_of_notifications_fits_to_the_bucket(visitor, s3, standing):
    bucket = f"far-{secrets.token_hex(6)}"
    standing.of("s3", "eu-west-1").create_bucket(
        Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    standing.of("sqs", "eu-west-1").create_queue(QueueName="my-queue")
    page = await visitor.get(f"/s3/{bucket}/settings")
    example = page.find("section", aria_labelledby="notifications").find("textarea").raw
    assert "arn:aws:sqs:eu-west-1:000000000000:my-queue" in example
    saved = await visitor.follow(await save(visitor, bucket, "notifications", example))
    assert saved.said() == ["Notifications: saved."]
