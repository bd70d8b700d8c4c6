"""S3: an object is stored, listed, read back and deleted."""

from __future__ import annotations

from collections.abc import Iterator

from homeport.stack.rules.cloud.services import present
from homeport.stack.rules.rule import Finding, Planned, Rule, Running

KEY, BODY = "folder/a name with spaces", b"what was stored" * 100


def on_running(planned: Planned, running: Running) -> Iterator[Finding]:
    """One object in a bucket of its own."""
    present.demand(planned, "s3")
    s3, bucket = running.aws("s3"), running.unique("check")
    s3.create_bucket(Bucket=bucket)
    try:
        s3.put_object(Bucket=bucket, Key=KEY, Body=BODY)
        listed = [entry["Key"] for entry in s3.list_objects_v2(Bucket=bucket).get("Contents", ())]
        if s3.get_object(Bucket=bucket, Key=KEY)["Body"].read() != BODY or listed != [KEY]:
            yield Finding(
                f"S3 does not give back what was stored: it lists {listed}.",
                "homeport logs cloud tells more.",
            )
    finally:
        s3.delete_object(Bucket=bucket, Key=KEY)
        s3.delete_bucket(Bucket=bucket)


RULE = Rule(
    id="cloud-s3",
    title="S3 stores an object, lists it and gives it back.",
    why="An AWS that answers its health check may still not write: its volume can be full or read-only.",
    hint="homeport logs cloud tells what it answered, and why.",
    link="https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html",
    running=on_running,
)
