"""What S3, SQS and DynamoDB hold is there after a restart of the cloud."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

from homeport import errors
from homeport.stack.rules.cloud import choices, deployment
from homeport.stack.rules.cloud.services import dynamodb as tables
from homeport.stack.rules.rule import Finding, Planned, Rule, Running, Skipped

KEY, BODY = "kept", b"before the restart"


def on_running(planned: Planned, running: Running) -> Iterator[Finding]:
    """Puts something into each, restarts the cloud, reads it."""
    if not running.can_restart:
        raise Skipped("it restarts the cloud: --restart allows that")
    wanted = [name for name in _KEPT if name in planned.chosen.cloud.services]
    with ExitStack() as cleaning:
        kept = {name: _KEPT[name](running, cleaning) for name in wanted}
        running.restart("cloud")
        lost = [name for name, is_there in kept.items() if not _asked(is_there)]
    if lost:
        yield Finding(
            f"What was put into {', '.join(lost)} is gone after a restart.",
            choices.persistence(is_homeports=deployment.is_homeports(planned, running)),
        )


def _asked(is_there: Any) -> bool:
    """Whether it is there; an error says that it is not: the bucket, queue or table is unknown."""
    try:
        return bool(is_there())
    except errors.HomeportError:
        return False


def _object(running: Running, cleaning: ExitStack) -> Any:
    s3, bucket = running.aws("s3"), running.unique("check")
    s3.create_bucket(Bucket=bucket)
    cleaning.callback(_gone, lambda: s3.delete_bucket(Bucket=bucket))
    s3.put_object(Bucket=bucket, Key=KEY, Body=BODY)
    cleaning.callback(_gone, lambda: s3.delete_object(Bucket=bucket, Key=KEY))
    return lambda: s3.get_object(Bucket=bucket, Key=KEY)["Body"].read() == BODY


def _message(running: Running, cleaning: ExitStack) -> Any:
    sqs = running.aws("sqs")
    url = sqs.create_queue(QueueName=running.unique("check"))["QueueUrl"]
    cleaning.callback(_gone, lambda: sqs.delete_queue(QueueUrl=url))
    sqs.send_message(QueueUrl=url, MessageBody=KEY)

    def is_there() -> bool:
        got = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=5).get("Messages", ())
        return [message["Body"] for message in got] == [KEY]

    return is_there


def _item(running: Running, cleaning: ExitStack) -> Any:
    dynamodb = running.aws("dynamodb")
    name = tables.table(running, dynamodb)
    cleaning.callback(_gone, lambda: dynamodb.delete_table(TableName=name))
    dynamodb.put_item(TableName=name, Item=tables.ITEM)
    key = {"id": tables.ITEM["id"]}
    return lambda: dynamodb.get_item(TableName=name, Key=key, ConsistentRead=True).get("Item")


def _gone(delete: Any) -> None:
    """Deletes what may have been lost: then there is nothing to be deleted."""
    with contextlib.suppress(errors.HomeportError):
        delete()


_KEPT = {"s3": _object, "sqs": _message, "dynamodb": _item}

RULE = Rule(
    id="cloud-kept",
    title="What S3, SQS and DynamoDB hold is there after a restart of the cloud.",
    why="PERSISTENCE = 1 is a wish: LocalStack's free images take it and lose everything at the next restart.",
    hint="cloud.engine = builtin keeps everything; LocalStack does with a licence that has persistence.",
    link="https://docs.localstack.cloud/aws/capabilities/state-management/persistence/",
    running=on_running,
)
