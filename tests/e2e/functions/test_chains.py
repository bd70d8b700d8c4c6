"""What happens in one service and arrives, through others, at the end of a chain; all in the real process, by boto3."""

from __future__ import annotations

import json

import pytest
from tests.e2e.functions import deployed

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]


def notify(stack, bucket, **configuration):
    """Makes a bucket whose new objects are told."""
    s3 = stack.client("s3")
    s3.create_bucket(Bucket=bucket)
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=configuration)
    return s3


def created(**target):
    return [{"Events": ["s3:ObjectCreated:*"], **target}]


def keys(bodies):
    """The keys of the objects that events tell of."""
    return [record["s3"]["object"]["key"] for body in bodies for record in body["Records"]]


def test_from_a_bucket_to_a_queue(shared_stack):
    url, arn = deployed.queue(shared_stack, "of-a-bucket")
    s3 = notify(shared_stack, "to-queue", QueueConfigurations=created(QueueArn=arn))
    assert json.loads(deployed.messages(shared_stack, url, 1)[0])["Event"] == "s3:TestEvent"
    for number in range(5):
        s3.put_object(Bucket="to-queue", Key=f"a b/{number}", Body=b"x")
    bodies = [json.loads(body) for body in deployed.messages(shared_stack, url, 5)]
    assert sorted(keys(bodies)) == [f"a+b/{number}" for number in range(5)]
    assert {body["Records"][0]["s3"]["object"]["size"] for body in bodies} == {1}


def test_from_a_bucket_through_a_topic_to_two_queues(shared_stack):
    sns = shared_stack.client("sns")
    topic = sns.create_topic(Name="of-a-bucket")["TopicArn"]
    urls = []
    for name in ("first-of-topic", "second-of-topic"):
        url, arn = deployed.queue(shared_stack, name)
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
        urls.append(url)
    s3 = notify(shared_stack, "to-topic", TopicConfigurations=created(TopicArn=topic))
    s3.put_object(Bucket="to-topic", Key="one", Body=b"x")
    for url in urls:
        texts = [json.loads(body) for body in deployed.messages(shared_stack, url, 2)]
        told = [json.loads(text["Message"]) for text in texts]
        assert {text["TopicArn"] for text in texts} == {topic}
        assert keys(body for body in told if "Records" in body) == ["one"]


WRITE_ITEM = """
    import boto3, urllib.parse

    s3, table = boto3.client("s3"), boto3.resource("dynamodb").Table("words")

    def handler(event, context):
        for record in event["Records"]:
            bucket = record["s3"]["bucket"]["name"]
            key = urllib.parse.unquote_plus(record["s3"]["object"]["key"])
            text = s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode()
            table.put_item(Item={"id": key, "words": len(text.split())})
    """
WRITE_OBJECT = """
    import boto3

    s3 = boto3.client("s3")

    def handler(event, context):
        for record in event["Records"]:
            image = record["dynamodb"]["NewImage"]
            s3.put_object(Bucket="words-out", Key=image["id"]["S"], Body=image["words"]["N"])
    """


def streaming_table(stack, name):
    """The ARN of the stream of a new table."""
    made = stack.client("dynamodb").create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    )
    return made["TableDescription"]["LatestStreamArn"]


def test_from_a_bucket_through_functions_and_a_table_to_another_bucket(shared_stack):
    s3 = shared_stack.client("s3")
    s3.create_bucket(Bucket="words-out")
    stream = streaming_table(shared_stack, "words")
    deployed.deploy(shared_stack, "write-object", WRITE_OBJECT)
    shared_stack.client("lambda").create_event_source_mapping(
        FunctionName="write-object", EventSourceArn=stream, StartingPosition="TRIM_HORIZON"
    )
    arn = deployed.deploy(shared_stack, "write-item", WRITE_ITEM)
    notify(
        shared_stack,
        "words-in",
        LambdaFunctionConfigurations=created(LambdaFunctionArn=arn),
    )
    for number in range(1, 6):
        s3.put_object(Bucket="words-in", Key=f"text {number}", Body=b"word " * number)

    def written():
        rows = s3.list_objects_v2(Bucket="words-out").get("Contents", [])
        return [row["Key"] for row in rows] if len(rows) == 5 else []

    for number, key in enumerate(deployed.until(written), start=1):
        assert s3.get_object(Bucket="words-out", Key=key)["Body"].read() == str(number).encode()


FORWARD = """
    import boto3, json, os

    sqs = boto3.client("sqs")

    def handler(event, context):
        text = json.dumps(event)
        sqs.send_message(QueueUrl=os.environ["QUEUE"], MessageBody=text)
    """


def test_from_a_topic_to_a_function(shared_stack):
    sns = shared_stack.client("sns")
    topic = sns.create_topic(Name="to-function")["TopicArn"]
    url, _ = deployed.queue(shared_stack, "of-a-function")
    arn = deployed.deploy(shared_stack, "forward", FORWARD, variables={"QUEUE": url})
    policy = json.dumps({"kind": [{"prefix": "wanted"}]})
    made = sns.subscribe(
        TopicArn=topic, Protocol="lambda", Endpoint=arn, Attributes={"FilterPolicy": policy}
    )
    for kind in ("other", "wanted-1"):
        attributes = {"kind": {"DataType": "String", "StringValue": kind}}
        sns.publish(TopicArn=topic, Message=kind, Subject="s", MessageAttributes=attributes)
    (body,) = deployed.messages(shared_stack, url, 1)
    (record,) = json.loads(body)["Records"]
    assert (record["EventSource"], record["Sns"]["Message"]) == ("aws:sns", "wanted-1")
    assert record["EventSubscriptionArn"] == made["SubscriptionArn"]
    assert record["Sns"]["MessageAttributes"]["kind"] == {"Type": "String", "Value": "wanted-1"}


SOME_FAIL = """
    import boto3, os

    sqs = boto3.client("sqs")

    def handler(event, context):
        failed = []
        for record in event["Records"]:
            if int(record["body"]) % 5 == 0:
                failed.append({"itemIdentifier": record["messageId"]})
            else:
                sqs.send_message(QueueUrl=os.environ["QUEUE"], MessageBody=record["body"])
        return {"batchItemFailures": failed}
    """


def test_messages_that_fail_go_to_the_dead_letters_and_no_others(shared_stack):
    sqs = shared_stack.client("sqs")
    dead_url, dead_arn = deployed.queue(shared_stack, "dead")
    done_url, _ = deployed.queue(shared_stack, "done")
    redrive = json.dumps({"deadLetterTargetArn": dead_arn, "maxReceiveCount": "2"})
    url, arn = deployed.queue(shared_stack, "work", RedrivePolicy=redrive, VisibilityTimeout="2")
    deployed.deploy(shared_stack, "some-fail", SOME_FAIL, Timeout=2, variables={"QUEUE": done_url})
    shared_stack.client("lambda").create_event_source_mapping(
        FunctionName="some-fail",
        EventSourceArn=arn,
        FunctionResponseTypes=["ReportBatchItemFailures"],
    )
    for start in range(0, 20, 10):
        entries = [{"Id": str(n), "MessageBody": str(n)} for n in range(start, start + 10)]
        sqs.send_message_batch(QueueUrl=url, Entries=entries)
    assert set(map(int, deployed.messages(shared_stack, done_url, 16))) == {
        number for number in range(20) if number % 5
    }
    assert sorted(map(int, deployed.messages(shared_stack, dead_url, 4))) == [0, 5, 10, 15]


IN_ORDER = """
    import boto3, os

    table = boto3.resource("dynamodb").Table("order")

    def handler(event, context):
        for record in event["Records"]:
            group = record["attributes"]["MessageGroupId"]
            table.update_item(
                Key={"id": group},
                UpdateExpression="SET seen = list_append(if_not_exists(seen, :none), :it)",
                ExpressionAttributeValues={":none": [], ":it": [record["body"]]},
            )
    """


def test_each_group_of_a_fifo_topic_is_seen_by_its_function_in_order(shared_stack):
    sns, dynamodb = shared_stack.client("sns"), shared_stack.client("dynamodb")
    streaming_table(shared_stack, "order")
    _, arn = deployed.queue(shared_stack, "order.fifo", FifoQueue="true")
    topic = sns.create_topic(
        Name="order.fifo", Attributes={"FifoTopic": "true", "ContentBasedDeduplication": "true"}
    )["TopicArn"]
    sns.subscribe(
        TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes={"RawMessageDelivery": "true"}
    )
    deployed.deploy(shared_stack, "in-order", IN_ORDER)
    shared_stack.client("lambda").create_event_source_mapping(
        FunctionName="in-order", EventSourceArn=arn, BatchSize=3
    )
    wanted = {group: [f"{group}{number}" for number in range(8)] for group in "ab"}
    for pair in zip(*wanted.values(), strict=True):
        for text in pair:
            sns.publish(TopicArn=topic, Message=text, MessageGroupId=text[0])

    def seen():
        rows = dynamodb.scan(TableName="order", ConsistentRead=True)["Items"]
        found = {row["id"]["S"]: [each["S"] for each in row["seen"]["L"]] for row in rows}
        return found if sum(map(len, found.values())) >= 16 else None

    assert deployed.until(seen) == wanted
