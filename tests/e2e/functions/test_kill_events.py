"""`kill -9` with events on their way: each that was accepted arrives after the restart, and no process of a function is left."""

from __future__ import annotations

import contextlib
import json
import os
import threading
import time
import urllib.parse
from pathlib import Path

import botocore.exceptions
import pytest
from test_kill import client, kill_one
from test_sns_clients import AT_ONCE, received, subscribe, subscriber
from tests.e2e.functions import deployed

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]
GONE = (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError, OSError)
EVENTS = 100
MARK = f"NOTE_OF_{os.getpid()}"
NOTE = """
    import boto3, time, urllib.parse

    s3 = boto3.client("s3")

    def identifiers(record):
        match record:
            case {"s3": {"object": {"key": key}}}:
                return urllib.parse.unquote_plus(key)
            case {"Sns": {"Message": text}} | {"body": text}:
                return text
            case {"dynamodb": {"Keys": {"id": {"S": text}}}}:
                return text
            case {"id": text}:
                return text

    def handler(event, context):
        time.sleep(0.05)
        for record in event.get("Records", [event]):
            s3.put_object(Bucket="seen", Key=identifiers(record), Body=b"")
    """


class Sources:
    """Everything that calls a function that notes what it was called with."""

    def __init__(self, stack):
        self.stack = stack
        note = self.deploy("note", ReservedConcurrentExecutions=3)
        for name in ("seen", "told"):
            stack.client("s3").create_bucket(Bucket=name)
        self.tell_of_objects(note)
        self.topic = stack.client("sns").create_topic(Name="told")["TopicArn"]
        stack.client("sns").subscribe(TopicArn=self.topic, Protocol="lambda", Endpoint=note)
        self.url, queue = deployed.queue(stack, "told", VisibilityTimeout="5")
        self.map("note-queue", queue, ScalingConfig={"MaximumConcurrency": 2})
        self.map("note-stream", self.make_table(), StartingPosition="TRIM_HORIZON")

    def deploy(self, name, **concurrency):
        arn = deployed.deploy(self.stack, name, NOTE, Timeout=5, variables={"MARK": MARK})
        if concurrency:
            self.stack.client("lambda").put_function_concurrency(FunctionName=name, **concurrency)
        return arn

    def map(self, name, source, **more):
        self.deploy(name)
        self.stack.client("lambda").create_event_source_mapping(
            FunctionName=name, EventSourceArn=source, **more
        )

    def tell_of_objects(self, arn):
        told = [{"Events": ["s3:ObjectCreated:*"], "LambdaFunctionArn": arn}]
        self.stack.client("s3").put_bucket_notification_configuration(
            Bucket="told", NotificationConfiguration={"LambdaFunctionConfigurations": told}
        )

    def make_table(self):
        made = self.stack.client("dynamodb").create_table(
            TableName="told",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"},
        )
        return made["TableDescription"]["LatestStreamArn"]

    def calls(self):
        """For each source, what sends an identifier through it."""
        s3, sns, sqs, dynamodb, functions = (
            client(self.stack, name) for name in ("s3", "sns", "sqs", "dynamodb", "lambda")
        )
        return {
            "event": lambda name: functions.invoke(
                FunctionName="note", InvocationType="Event", Payload=json.dumps({"id": name})
            ),
            "object": lambda name: s3.put_object(Bucket="told", Key=name, Body=b"x"),
            "topic": lambda name: sns.publish(TopicArn=self.topic, Message=name),
            "queue": lambda name: sqs.send_message(QueueUrl=self.url, MessageBody=name),
            "stream": lambda name: dynamodb.put_item(TableName="told", Item={"id": {"S": name}}),
        }


class Sender:
    """Sends through one source until the server is gone, and notes what was accepted."""

    def __init__(self, name, send, count):
        self.name, self.send, self.count, self.accepted = name, send, count, []
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self):
        with contextlib.suppress(*GONE):
            for number in range(self.count):
                self.send(f"{self.name}/{number}")
                self.accepted.append(f"{self.name}/{number}")


def seen(stack):
    pages = stack.client("s3").get_paginator("list_objects_v2").paginate(Bucket="seen")
    return {row["Key"] for page in pages for row in page.get("Contents", [])}


def await_all(stack, accepted):
    deployed.until(lambda: accepted <= seen(stack), 60)


def await_end(pids):
    """Until none of the processes is there."""
    deployed.until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in pids), 10)


def test_what_was_accepted_arrives_after_the_restart(stack):
    sources, accepted = Sources(stack), set()
    for number, victim in enumerate(("cloud", "supervisor")):
        senders = [
            Sender(f"{number}/{name}", send, EVENTS if name == "event" else EVENTS // 4)
            for name, send in sources.calls().items()
        ]
        senders[0].thread.join()
        pids = deployed.until(lambda: deployed.processes(f"MARK={MARK}"))
        waiting = {each for sender in senders for each in sender.accepted} - seen(stack)
        assert len(waiting) > EVENTS // 4, "all had arrived before the end"
        kill_one(stack, victim)
        await_end(pids)
        for sender in senders:
            sender.thread.join(20)
            accepted |= set(sender.accepted)
        assert sum(name.startswith(f"{number}/event") for name in accepted) == EVENTS
        await_all(stack, accepted)
    stack.down()
    assert deployed.processes(f"MARK={MARK}") == []


def launchers(pid):
    """The processes through which the cloud starts functions, each with its folder."""
    tasks = (task.read_text() for task in Path(f"/proc/{pid}/task").glob("*/children"))
    children = [int(child) for text in tasks for child in text.split()]
    commands = {child: Path(f"/proc/{child}/cmdline").read_text().split("\0") for child in children}
    return {
        child: Path(next(word for word in words if "homeport-functions-" in word))
        for child, words in commands.items()
    }


def test_the_end_of_the_cloud_leaves_no_process_and_no_folder(stack):
    code = "import time\ndef handler(event, context): time.sleep(60)\n"
    deployed.deploy(stack, "sleeps", code, Timeout=90, variables={"MARK": MARK})
    for _ in range(3):
        deployed.send(stack, "sleeps")
    deployed.until(lambda: len(deployed.processes(f"MARK={MARK}")) >= 3)
    found = launchers(stack.status()["cloud"]["pid"])
    pids = [*deployed.processes(f"MARK={MARK}"), *found]
    assert any(folder.exists() for folder in found.values())
    kill_one(stack, "cloud")
    await_end(pids)
    deployed.until(lambda: not any(folder.exists() for folder in found.values()), 10)


ONCE_IN_VAIN = """
    import boto3, time

    s3 = boto3.client("s3")

    def handler(event, context):
        before = s3.list_objects_v2(Bucket="seen")["KeyCount"]
        s3.put_object(Bucket="seen", Key="begun", Body=b"")
        if not before:
            time.sleep(60)
        s3.put_object(Bucket="seen", Key="ended", Body=b"")
    """


def test_a_stop_waits_for_no_event_and_it_runs_again(stack):
    stack.client("s3").create_bucket(Bucket="seen")
    deployed.deploy(stack, "once", ONCE_IN_VAIN, Timeout=90, variables={"MARK": MARK})
    deployed.send(stack, "once")
    deployed.until(lambda: seen(stack))
    begun = time.monotonic()
    stack.down()
    assert time.monotonic() - begun < 9, "it has waited for the function"
    assert deployed.processes(f"MARK={MARK}") == []
    stack.up()
    assert deployed.until(lambda: seen(stack) - {"begun"}) == {"ended"}


def test_what_was_accepted_for_a_queue_arrives_after_the_restart(stack):
    """Topics and buckets deliver to queues at once; the end comes in the middle of it."""
    s3, sns, topic, url = telling(stack)
    calls = {
        "object": lambda name: s3.put_object(Bucket="told", Key=name, Body=b"x"),
        "topic": lambda name: sns.publish(TopicArn=topic, Message=name),
    }
    for number, victim in enumerate(("cloud", "supervisor", "cloud")):
        senders = [Sender(f"{number}/{name}", call, 10_000) for name, call in calls.items()]
        time.sleep(0.3 + number / 10)
        deployed.until(lambda: sum(len(sender.accepted) for sender in senders) > 20)  # noqa: B023 - called in its turn
        kill_one(stack, victim)
        for sender in senders:
            sender.thread.join(20)
        wanted = {each for sender in senders for each in sender.accepted}
        assert len(wanted) > 20
        drain(stack, url, wanted)


def telling(stack):
    """A bucket and a topic that tell the same queue."""
    s3, sns = (client(stack, name) for name in ("s3", "sns"))
    url, arn = deployed.queue(stack, "told", VisibilityTimeout="120")
    s3.create_bucket(Bucket="told")
    told = {"Events": ["s3:ObjectCreated:*"], "QueueArn": arn}
    s3.put_bucket_notification_configuration(
        Bucket="told", NotificationConfiguration={"QueueConfigurations": [told]}
    )
    topic = sns.create_topic(Name="told")["TopicArn"]
    raw = {"RawMessageDelivery": "true"}
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes=raw)
    return s3, sns, topic, url


def drain(stack, url, wanted):
    """Receives until all that is wanted was there."""
    sqs, found, deadline = stack.client("sqs"), set(), time.monotonic() + deployed.LIMIT_S
    while not wanted <= found:
        assert time.monotonic() < deadline, f"{len(wanted - found)} of {len(wanted)} are lost"
        got = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1)
        for message in got.get("Messages", []):
            found |= set(identifiers(message["Body"]))


def identifiers(body):
    """Of a raw message, or of the objects that an event tells of."""
    if not body.startswith("{"):
        return [body]
    records = json.loads(body).get("Records", [])
    return [urllib.parse.unquote_plus(record["s3"]["object"]["key"]) for record in records]


def test_messages_for_an_http_subscriber_wait_through_the_end_of_the_cloud(stack):
    with subscriber() as server:
        topic, _ = subscribe(stack, server, "told", DeliveryPolicy=AT_ONCE)
        server.statuses += [500] * 2
        stack.client("sns").publish(TopicArn=topic, Message="kept")
        assert received(server)[0] == 500
        kill_one(stack, "cloud")
        status, body = 500, ""
        while status == 500:
            status, _, body = received(server)
        assert json.loads(body)["Message"] == "kept"
