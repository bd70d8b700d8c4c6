"""SNS: what is published to a topic arrives in a queue."""

from __future__ import annotations

import json
from collections.abc import Iterator

from homeport.stack.rules.cloud.services import present
from homeport.stack.rules.rule import Finding, Planned, Rule, Running

MESSAGE = "news"


def on_running(planned: Planned, running: Running) -> Iterator[Finding]:
    """One message through a topic and a queue of its own."""
    present.demand(planned, "sns", "sqs")
    sns, sqs = running.aws("sns"), running.aws("sqs")
    name = running.unique("check")
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    topic = ""
    try:
        topic = sns.create_topic(Name=name)["TopicArn"]
        named = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=named["Attributes"]["QueueArn"])
        sns.publish(TopicArn=topic, Message=MESSAGE)
        got = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=20).get("Messages", ())
        if [_message(each["Body"]) for each in got] != [MESSAGE]:
            yield Finding(
                f"The queue of a topic has {len(got)} messages where one was published.",
                "homeport logs cloud tells more.",
            )
    finally:
        if topic:
            sns.delete_topic(TopicArn=topic)
        sqs.delete_queue(QueueUrl=url)


def _message(body: str) -> object:
    """https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html"""
    try:
        return json.loads(body)["Message"]
    except (ValueError, KeyError, TypeError):
        return body


RULE = Rule(
    id="cloud-sns",
    title="SNS delivers what is published to a queue.",
    why="It is one of the services of the data model, and two services have to reach each other for it.",
    hint="homeport logs cloud tells what it answered, and why.",
    link="https://docs.aws.amazon.com/sns/latest/dg/sns-sqs-as-subscriber.html",
    running=on_running,
)
