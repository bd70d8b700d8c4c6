import itertools
import json

import pytest

ACCOUNT = "000000000000"
_numbers = itertools.count(1)


class Queues:
    """Queues of one test, in the real cloud."""

    def __init__(self, standing):
        self.client = standing.client("sqs")
        self.endpoint = standing.stack.endpoint

    def name(self, word="queue"):
        return f"{word}-{next(_numbers)}"

    def url(self, name):
        return f"{self.endpoint}/{ACCOUNT}/{name}"

    def make(self, word="queue", *, is_fifo=False, **attributes):
        """A queue with a name of its own."""
        name = self.name(word) + (".fifo" if is_fifo else "")
        attributes |= {"FifoQueue": "true"} if is_fifo else {}
        self.client.create_queue(QueueName=name, Attributes=attributes)
        return name

    def dead_letters(self, receives=1, **attributes):
        """A queue, and the one that takes its messages after some receives."""
        dead = self.make("dead")
        policy = {"deadLetterTargetArn": arn(dead), "maxReceiveCount": receives}
        return self.make(RedrivePolicy=json.dumps(policy), **attributes), dead

    def send(self, name, *bodies, **more):
        for body in bodies:
            self.client.send_message(QueueUrl=self.url(name), MessageBody=body, **more)

    def receive(self, name, count=10, **more):
        answer = self.client.receive_message(
            QueueUrl=self.url(name),
            MaxNumberOfMessages=count,
            MessageSystemAttributeNames=["All"],
            MessageAttributeNames=["All"],
            **more,
        )
        return answer.get("Messages", [])

    def bodies(self, name):
        return [message["Body"] for message in self.receive(name)]

    def attributes(self, name):
        answer = self.client.get_queue_attributes(QueueUrl=self.url(name), AttributeNames=["All"])
        return answer["Attributes"]

    def counts(self, name):
        """Visible, in flight, delayed."""
        found = self.attributes(name)
        word = "ApproximateNumberOfMessages"
        return tuple(int(found[word + end]) for end in ("", "NotVisible", "Delayed"))


def arn(name):
    return f"arn:aws:sqs:us-east-1:{ACCOUNT}:{name}"


@pytest.fixture
def queues(standing):
    return Queues(standing)
