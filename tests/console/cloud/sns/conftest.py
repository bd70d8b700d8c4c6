import itertools
import json

import pytest

ACCOUNT = "000000000000"
_numbers = itertools.count(1)


class Topics:
    """Topics of one test, in the real cloud."""

    def __init__(self, standing):
        self.client = standing.client("sns")
        self.sqs = standing.client("sqs")
        self.endpoint = standing.stack.endpoint

    def name(self, word="topic"):
        return f"{word}-{next(_numbers)}"

    def arn(self, name):
        return f"arn:aws:sns:us-east-1:{ACCOUNT}:{name}"

    def make(self, word="topic", *, is_fifo=False, **attributes):
        """A topic with a name of its own."""
        name = self.name(word) + (".fifo" if is_fifo else "")
        attributes |= {"FifoTopic": "true"} if is_fifo else {}
        self.client.create_topic(Name=name, Attributes=attributes)
        return name

    def subscribe(self, name, endpoint, protocol, **attributes):
        answer = self.client.subscribe(
            TopicArn=self.arn(name),
            Protocol=protocol,
            Endpoint=endpoint,
            Attributes=attributes,
            ReturnSubscriptionArn=True,
        )
        return answer["SubscriptionArn"]

    def queue(self, *, is_fifo=False):
        name = self.name("sink") + (".fifo" if is_fifo else "")
        self.sqs.create_queue(QueueName=name, Attributes={"FifoQueue": "true"} if is_fifo else {})
        return name

    def received(self, queue):
        """The next message of a queue."""
        answer = self.sqs.receive_message(
            QueueUrl=f"{self.endpoint}/{ACCOUNT}/{queue}",
            WaitTimeSeconds=10,
            MessageAttributeNames=["All"],
            MessageSystemAttributeNames=["All"],
        )
        (message,) = answer["Messages"]
        return message

    def envelope(self, queue):
        return json.loads(self.received(queue)["Body"])

    def attributes(self, name):
        return self.client.get_topic_attributes(TopicArn=self.arn(name))["Attributes"]

    def subscription(self, arn):
        return self.client.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]

    def arns(self, name):
        found = self.client.list_subscriptions_by_topic(TopicArn=self.arn(name))
        return [each["SubscriptionArn"] for each in found["Subscriptions"]]


def queue_arn(name):
    return f"arn:aws:sqs:us-east-1:{ACCOUNT}:{name}"


@pytest.fixture
def topics(standing):
    return Topics(standing)
