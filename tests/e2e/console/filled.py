"""A stack with something in it, as a small team would have: for pictures, and for tests of whole ways through the console."""

from __future__ import annotations

import io
import json
import random
import zipfile
from typing import Any

from tests.console.standing import Standing

KIB = 1024
HANDLER = """\
import json

def handler(event, context):
    print("an order of", event.get("total", 0))
    return {"accepted": True, "order": event.get("order")}
"""


def fill(standing: Standing) -> None:
    """Images, an object store, a queue, a topic, a table and a function."""
    chance = random.Random(7)  # so that each run fills it alike
    _images(standing, chance)
    _objects(standing)
    _queues(standing)
    _table(standing, chance)
    _function(standing)


def _images(standing: Standing, chance: random.Random) -> None:
    base = chance.randbytes(700 * KIB)
    for name, versions in (("team/api", 9), ("team/web", 5), ("team/worker", 3)):
        for version in range(versions):
            layers = [base, chance.randbytes(90 * KIB), chance.randbytes(20 * KIB)]
            standing.push(name, f"1.{version}", layers, _config(name, version))
    made = [
        standing.push("library/alpine", "", [chance.randbytes(300 * KIB)], {"architecture": each})
        for each in ("amd64", "arm64")
    ]
    for each, name in zip(made, ("amd64", "arm64"), strict=True):
        each["platform"] = {"os": "linux", "architecture": name}
    standing.index("library/alpine", "3.23", made)
    signed = standing.push("team/api", "1.9", [base], _config("team/api", 9))
    for kind in ("application/vnd.dev.cosign.artifact.sig.v1+json", "application/spdx+json"):
        standing.push(
            "team/api", "", [chance.randbytes(2 * KIB)], subject=signed, artifactType=kind
        )


def _config(name: str, version: int) -> dict[str, Any]:
    day = f"2026-11-{version + 10:02}T09:30:00Z"
    steps = [
        ("ADD rootfs.tar.gz / # buildkit", False),
        ("ENV PATH=/usr/local/bin:/usr/bin:/bin", True),
        ("RUN /bin/sh -c apt-get update && apt-get install -y python3 # buildkit", False),
        ("COPY src /srv # buildkit", False),
        ('CMD ["python3", "-m", "server"]', True),
    ]
    return {
        "created": day,
        "author": "The team",
        "history": [
            {"created": day, "created_by": text, "empty_layer": is_empty}
            for text, is_empty in steps
        ],
        "config": {
            "Cmd": ["python3", "-m", "server"],
            "Env": ["PATH=/usr/local/bin:/usr/bin:/bin"],
            "ExposedPorts": {"8080/tcp": {}},
            "Labels": {"org.opencontainers.image.title": name.rpartition("/")[2]},
            "User": "1000",
            "WorkingDir": "/srv",
        },
    }


def _objects(standing: Standing) -> None:
    s3 = standing.client("s3")
    for bucket in ("invoices", "photos", "static-site"):
        s3.create_bucket(Bucket=bucket)
    s3.put_bucket_versioning(Bucket="invoices", VersioningConfiguration={"Status": "Enabled"})
    for month in range(1, 12):
        for number in range(3):
            body = json.dumps({"invoice": number, "total": 100 * month}).encode()
            key = f"2026/{month:02}/invoice-{number:04}.json"
            s3.put_object(Bucket="invoices", Key=key, Body=body, ContentType="application/json")
    for name in ("summary.csv", "README.md", "logo.svg"):
        s3.put_object(Bucket="invoices", Key=name, Body=b"month,total\n1,300\n" * 40)


def _queues(standing: Standing) -> None:
    sqs, sns = standing.client("sqs"), standing.client("sns")
    dead = sqs.create_queue(QueueName="orders-dead")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]
    policy = json.dumps({"deadLetterTargetArn": arn["QueueArn"], "maxReceiveCount": "3"})
    orders = sqs.create_queue(QueueName="orders", Attributes={"RedrivePolicy": policy})["QueueUrl"]
    for number in range(12):
        body = json.dumps({"order": 1000 + number, "total": 19.9 * (number + 1)})
        sqs.send_message(QueueUrl=orders, MessageBody=body)
    sqs.send_message(QueueUrl=dead, MessageBody='{"order": 999, "total": null}')
    topic = sns.create_topic(Name="order-events")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn["QueueArn"])


def _table(standing: Standing, chance: random.Random) -> None:
    table = standing.client("dynamodb")
    table.create_table(
        TableName="customers",
        AttributeDefinitions=[
            {"AttributeName": "id", "AttributeType": "S"},
            {"AttributeName": "placed", "AttributeType": "S"},
        ],
        KeySchema=[
            {"AttributeName": "id", "KeyType": "HASH"},
            {"AttributeName": "placed", "KeyType": "RANGE"},
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    for number in range(24):
        item = {
            "id": {"S": f"customer-{number % 6}"},
            "placed": {"S": f"2026-11-{number + 1:02}"},
            "total": {"N": str(chance.randint(5, 400))},
            "city": {"S": chance.choice(["Lisbon", "Oslo", "Graz"])},
        }
        table.put_item(TableName="customers", Item=item)


def _function(standing: Standing) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("app.py", HANDLER)
    functions = standing.client("lambda")
    functions.create_function(
        FunctionName="accept-order",
        Runtime="python3.13",
        Role="arn:aws:iam::000000000000:role/functions",
        Handler="app.handler",
        Code={"ZipFile": packed.getvalue()},
    )
