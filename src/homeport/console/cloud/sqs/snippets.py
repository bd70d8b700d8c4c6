"""How to use a queue from elsewhere, ready to copy."""

from __future__ import annotations

import shlex

from homeport.console.asking.scope import ACCOUNT
from homeport.console.cloud.sqs.queue import Named
from homeport.console.visit import Visit


def of(visit: Visit, queue: Named) -> dict[str, str]:
    """By the name of the client."""
    return {"AWS CLI": _cli(visit, queue), "boto3": _boto3(visit, queue)}


def _key(visit: Visit) -> str:
    account = visit.cloud.scope.account
    return "test" if account == ACCOUNT else account


def _cli(visit: Visit, queue: Named) -> str:
    url, group = shlex.quote(queue.url), ""
    if queue.is_fifo:
        group = ' --message-group-id group --message-deduplication-id "$(date +%s%N)"'
    return "\n".join(
        (
            f"export AWS_ACCESS_KEY_ID={_key(visit)} AWS_SECRET_ACCESS_KEY=test AWS_REGION={queue.region}",
            f"export AWS_ENDPOINT_URL={shlex.quote(visit.cloud.public_url)}",
            f"aws sqs send-message --queue-url {url} --message-body hello{group}",
            f"aws sqs receive-message --queue-url {url} --wait-time-seconds 10",
        )
    )


def _boto3(visit: Visit, queue: Named) -> str:
    group = ', MessageGroupId="group", MessageDeduplicationId="1"' if queue.is_fifo else ""
    return "\n".join(
        (
            "import boto3",
            "",
            "sqs = boto3.client(",
            '    "sqs",',
            f'    endpoint_url="{visit.cloud.public_url}",',
            f'    region_name="{queue.region}",',
            f'    aws_access_key_id="{_key(visit)}",',
            '    aws_secret_access_key="test",',
            ")",
            f'url = "{queue.url}"',
            f'sqs.send_message(QueueUrl=url, MessageBody="hello"{group})',
            'for message in sqs.receive_message(QueueUrl=url, WaitTimeSeconds=10).get("Messages", []):',
            '    print(message["Body"])',
            '    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])',
        )
    )
