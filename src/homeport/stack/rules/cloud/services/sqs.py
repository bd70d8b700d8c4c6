"""SQS: a message is sent, received and deleted."""

from __future__ import annotations

from collections.abc import Iterator

from homeport.stack.rules.cloud.services import present
from homeport.stack.rules.rule import Finding, Planned, Rule, Running

BODY = "a message"


def on_running(planned: Planned, running: Running) -> Iterator[Finding]:
    """One message through a queue of its own."""
    present.demand(planned, "sqs")
    sqs = running.aws("sqs")
    url = sqs.create_queue(QueueName=running.unique("check"))["QueueUrl"]
    try:
        sqs.send_message(QueueUrl=url, MessageBody=BODY)
        got = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=10).get("Messages", ())
        if [message["Body"] for message in got] != [BODY]:
            yield Finding(
                f"SQS gave {len(got)} messages where one was sent.",
                "homeport logs cloud tells more.",
            )
        for message in got:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    finally:
        sqs.delete_queue(QueueUrl=url)


RULE = Rule(
    id="cloud-sqs",
    title="SQS delivers a message that was sent.",
    why="It is one of the services of the data model.",
    hint="homeport logs cloud tells what it answered, and why.",
    link="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html",
    running=on_running,
)
