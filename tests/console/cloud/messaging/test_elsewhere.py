"""Before another cloud, which has neither our own pages nor our parameters: the same pages, with less on them."""

import asyncio
import dataclasses
import json

import pytest
import urllib3
from tests.console import standing as standings
from tests.console.visitor import Visitor

from homeport import clock
from homeport.console.console import Console
from homeport.console.options import Place
from homeport.edge import http
from homeport.edge.config import EdgeConfig
from homeport.edge.server import Server

OURS = ("/_homeport/", "/_aws/sns/email-messages")


@pytest.fixture
async def elsewhere(standing):
    """A console before the real cloud without what is ours alone."""
    server = Server(_Less(standing.stack.endpoint), EdgeConfig(), clock=clock.SystemClock())
    await server.start()
    place = Place(f"http://127.0.0.1:{server.ports[0]}")
    options = dataclasses.replace(standing.options, cloud=place)
    console = Console(options, clock.SystemClock())
    await console.start()
    visitor = Visitor(console)
    await visitor.log_in(standings.ADMIN, standings.PASSWORD)
    yield visitor
    await console.close()
    await server.stop(1)


class _Less:
    """Hands requests on, all but those for pages that only we have."""

    def __init__(self, endpoint):
        self._endpoint = endpoint
        self._pool = urllib3.PoolManager(maxsize=16)

    async def __call__(self, request):
        if request.path.startswith(OURS):
            return http.Response(404)
        body = await request.body.read(2**22)
        query = "&".join(each for each in request.query.split("&") if "Details" not in each)
        return await asyncio.to_thread(self._ask, request, query, body)

    def _ask(self, request, query, body):
        url = f"{self._endpoint}{request.path}" + (f"?{query}" if query else "")
        headers = {k: v for k, v in request.headers.items() if k not in {"host", "content-length"}}
        answer = self._pool.request(
            request.method, url, body=body or None, headers=headers, retries=False
        )
        kept = [("Content-Type", answer.headers.get("Content-Type", ""))]
        return http.Response(answer.status, kept, answer.data)


async def test_queues(elsewhere, standing):
    sqs = standing.client("sqs")
    dead = "arn:aws:sqs:us-east-1:000000000000:elsewhere-dead"
    sqs.create_queue(QueueName="elsewhere-dead")
    policy = json.dumps({"deadLetterTargetArn": dead, "maxReceiveCount": 3})
    url = sqs.create_queue(QueueName="elsewhere-q", Attributes={"RedrivePolicy": policy})[
        "QueueUrl"
    ]
    sqs.send_message(QueueUrl=url, MessageBody="one")
    sqs.receive_message(QueueUrl=url)
    sqs.send_message(QueueUrl=url, MessageBody="two")
    page = await elsewhere.get("/sqs?search=elsewhere-")
    assert "does not tell the age of messages" in page.text
    assert [row[:6] for row in page.rows()] == [
        ["elsewhere-dead", "0", "0", "0", "–", ""],
        ["elsewhere-q", "1", "1", "0", "–", "to elsewhere-dead"],
    ]
    page = await elsewhere.get("/sqs/q/elsewhere-q")
    assert "This cloud keeps no samples of its queues." in page.text
    page = await elsewhere.get("/sqs/q/elsewhere-q/messages")
    assert [row[:2] for row in page.rows()] == [["one", "in flight"], ["two", "visible"]]


async def test_topics(elsewhere, standing):
    sns = standing.client("sns")
    topic = sns.create_topic(Name="elsewhere-t")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sms", Endpoint="+15551112222")
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="a@elsewhere.example")
    page = await elsewhere.get("/sns?search=elsewhere-t")
    assert page.rows() == [["elsewhere-t"]]
    page = await elsewhere.get("/sns/t/elsewhere-t")
    assert [row[0] for row in page.rows()] == ["+15551112222", "a@elsewhere.example"]
    # The ARN of one that is to be confirmed is not told, so there is no link to it.
    assert [link for link in page.links if link.startswith(("Open", "Confirm"))] == [
        "Open +15551112222"
    ]
    page = await elsewhere.get("/sns/sent?kind=email")
    assert "This cloud keeps no mails." in page.text
