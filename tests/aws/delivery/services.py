"""S3 and SQS in one process as the cloud has them, with an SNS and a Lambda that only note what they are asked."""

from __future__ import annotations

import itertools
import json

from homeport.aws.delivery.invoke import Caller, Invoker
from homeport.aws.delivery.queues import Queues
from homeport.aws.delivery.s3_events import S3Events
from homeport.aws.delivery.targets import Targets
from homeport.aws.protocol.call import AwsError, Service
from homeport.aws.s3 import operations as s3_operations
from homeport.aws.s3.s3 import S3
from homeport.aws.sqs import operations as sqs_operations
from homeport.aws.sqs.sqs import Sqs
from homeport.clock import settle
from homeport.edge import http
from homeport.storage.committer import Pace

ACCOUNT, REGION = "000000000000", "us-east-1"
ME = Caller(ACCOUNT, REGION)


def queue_arn(name):
    return f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"


TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:topic"
FUNCTION = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:work"


class Quick(Pace):
    """Commits run on the loop, so that `settle` sees them end."""

    is_quick = True


class Other:
    """A service that notes its calls, and fails as often as it is told."""

    def __init__(self, name, *operations):
        self.calls, self.errors = [], []
        self.service = Service(
            name, {operation: self._operation(operation) for operation in operations}
        )

    def _operation(self, name):
        def work(call, params):
            if self.errors:
                raise self.errors.pop(0)
            self.calls.append((name, call.account, call.region, params))
            return {}

        return work


class Cloud:
    """The services on one folder."""

    def __init__(self, folder, clock):
        self.folder, self.clock = folder, clock
        self.numbers = itertools.count(1)
        self.sns = Other("sns", "Publish", "GetTopicAttributes")
        self.functions = Other("lambda", "Invoke", "GetFunctionConfiguration")
        self.open()

    def open(self):
        self.running = {"sns": self.sns.service, "lambda": self.functions.service}
        self.invoker = Invoker(self.running)
        self.targets = Targets(self.invoker)
        self.sqs = Sqs.open(self.folder / "sqs.db", self.clock)
        self.running["sqs"] = sqs_operations.service(self.sqs)
        self.queues = self.targets.queues = Queues(self.sqs)
        self.s3 = S3.open(self.folder, self.clock, lambda: f"{next(self.numbers):032x}")
        self.running["s3"] = s3_operations.service(self.s3)
        for db in (self.s3.db, self.sqs.db):
            db._committer._pace = Quick()
        self.events = S3Events(self.s3, self.targets, self.clock)

    async def close(self):
        await self.events.close()
        await self.s3.close()
        await self.sqs.close()

    async def call(self, service, operation, **params):
        if isinstance(params.get("Body"), bytes):
            params["Body"] = http.BytesBody(params["Body"])
        output = await self.invoker.call(ME, service, operation, params)
        return output.members

    async def make_queue(self, name="q", **attributes):
        await self.call("sqs", "CreateQueue", QueueName=name, Attributes=attributes)
        return queue_arn(name)

    async def messages(self, name="q", count=10, **more):
        answer = await self.call(
            "sqs", "ReceiveMessage", QueueUrl=name, MaxNumberOfMessages=count, **more
        )
        return answer.get("Messages", [])

    async def make_bucket(self, name="things", **configuration):
        await self.call("s3", "CreateBucket", Bucket=name)
        if configuration:
            await self.notify(name, **configuration)

    async def notify(self, name="things", *, skip=True, **configuration):
        await self.call(
            "s3",
            "PutBucketNotificationConfiguration",
            Bucket=name,
            NotificationConfiguration=configuration,
            SkipDestinationValidation=skip,
        )

    async def carried(self):
        """Returns when all that is due was carried."""
        await settle()
        await self.events.carrier.idle()

    async def records(self, name="q"):
        """All events that a queue has, in the order of their sequencers."""
        found = []
        while page := await self.messages(name):
            found += [record for m in page for record in json.loads(m["Body"])["Records"]]
        return sorted(found, key=lambda record: record["s3"]["object"].get("sequencer", ""))

    def waiting(self):
        """What is still in the outbox of S3."""
        return self.s3.db.query("SELECT lane, attempts FROM outbox ORDER BY id")


def to_queue(name="q", *events, **more):
    """A configuration that sends events to a queue."""
    return {
        "QueueConfigurations": [
            {"QueueArn": queue_arn(name), "Events": list(events or ["s3:ObjectCreated:*"]), **more}
        ]
    }


def missing(code="NotFound"):
    return AwsError(code, "It is not there.", 404)
