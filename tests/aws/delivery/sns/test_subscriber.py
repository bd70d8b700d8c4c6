"""A real HTTP subscriber on loopback, and boto3 over a socket: handshake, signatures, retries, the end."""

import asyncio
import base64
import json
import queue as queues
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import boto3
import pytest
from botocore.config import Config
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from homeport.aws.delivery.invoke import Invoker
from homeport.aws.delivery.queues import Queues
from homeport.aws.delivery.sns.deliveries import Deliveries
from homeport.aws.dispatch import Dispatcher
from homeport.aws.sns import operations, pages
from homeport.aws.sns.sns import Sns
from homeport.aws.sqs import operations as sqs_operations
from homeport.aws.sqs.sqs import Sqs
from homeport.clock import SystemClock
from homeport.edge.config import EdgeConfig
from homeport.edge.outgoing import Outgoing, Unreachable
from homeport.edge.server import Server


class Subscriber:
    """An HTTP server that notes what it gets and answers as it is told."""

    def __init__(self):
        self.got: queues.Queue = queues.Queue()
        self.answers: list[int] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status = outer.answers.pop(0) if outer.answers else 200
                outer.got.put((dict(self.headers), body.decode(), status))
                self.send_response(status)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"ok")

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/hook"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def next(self):
        headers, body, status = self.got.get(timeout=20)
        return {name.lower(): value for name, value in headers.items()}, body, status

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def subscriber():
    made = Subscriber()
    yield made
    made.close()


@pytest.fixture
async def endpoint(tmp_path):
    clock = SystemClock()
    sns, sqs = Sns.open(tmp_path / "sns.db", clock), Sqs.open(tmp_path / "sqs.db", clock)
    outgoing = Outgoing()

    async def web():
        return outgoing

    deliveries = Deliveries(sns, Queues(sqs), Invoker({}), web)
    deliveries.start()
    services = [operations.service(sns), sqs_operations.service(sqs)]
    app = Dispatcher(services, clock=clock, version="9")
    # As the dispatcher does for paths below `/_aws/sns/`.
    server = Server(
        lambda request: pages.answer(sns, request) or app(request), EdgeConfig(), clock=clock
    )
    await server.start()
    yield f"http://localhost:{server.ports[0]}"
    await server.stop(1)
    await deliveries.close()
    outgoing.close()
    await sns.close()
    await sqs.close()


class Caller:
    """A boto3 client whose calls run in threads."""

    def __init__(self, service, endpoint):
        self.client = boto3.client(
            service,
            region_name="us-east-1",
            endpoint_url=endpoint,
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=Config(retries={"total_max_attempts": 1}),
        )

    async def __call__(self, operation, **params):
        return await asyncio.to_thread(getattr(self.client, operation), **params)


@pytest.fixture
async def sns(endpoint):
    caller = Caller("sns", endpoint)
    yield caller
    caller.client.close()


@pytest.fixture
async def topic(sns):
    return (await sns("create_topic", Name="t"))["TopicArn"]


async def get(url):
    def work():
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.read()

    return await asyncio.to_thread(work)


async def verify(message):
    certificate = x509.load_pem_x509_certificate(await get(message["SigningCertURL"]))
    names = (
        "Message",
        "MessageId",
        "SubscribeURL",
        "Subject",
        "Timestamp",
        "Token",
        "TopicArn",
        "Type",
    )
    text = "".join(f"{name}\n{message[name]}\n" for name in names if name in message)
    certificate.public_key().verify(
        base64.b64decode(message["Signature"]), text.encode(), padding.PKCS1v15(), hashes.SHA1()
    )


async def confirmed(sns, subscriber, topic, **attributes):
    made = await sns(
        "subscribe",
        TopicArn=topic,
        Protocol="http",
        Endpoint=subscriber.url,
        Attributes=attributes,
        ReturnSubscriptionArn=True,
    )
    headers, body, _ = await asyncio.to_thread(subscriber.next)
    assert headers["x-amz-sns-message-type"] == "SubscriptionConfirmation"
    message = json.loads(body)
    await verify(message)
    answer = await get(message["SubscribeURL"])
    assert made["SubscriptionArn"].encode() in answer
    return made["SubscriptionArn"]


async def test_the_whole_life_of_a_subscription(sns, subscriber, topic):
    arn = await confirmed(sns, subscriber, topic)
    await sns("publish", TopicArn=topic, Message="hällo", Subject="s")
    headers, body, _ = await asyncio.to_thread(subscriber.next)
    message = json.loads(body)
    await verify(message)
    assert (message["Message"], headers["x-amz-sns-subscription-arn"]) == ("hällo", arn)
    assert headers["content-type"] == "text/plain; charset=UTF-8"
    assert b"UnsubscribeResponse" in await get(message["UnsubscribeURL"])
    headers, body, _ = await asyncio.to_thread(subscriber.next)
    assert headers["x-amz-sns-message-type"] == "UnsubscribeConfirmation"
    await verify(json.loads(body))
    assert (await sns("list_subscriptions"))["Subscriptions"] == []


async def test_a_failing_subscriber_gets_it_again(sns, subscriber, topic):
    retry = {"numRetries": 2, "numNoDelayRetries": 2, "minDelayTarget": 1, "maxDelayTarget": 1}
    await confirmed(
        sns, subscriber, topic, DeliveryPolicy=json.dumps({"healthyRetryPolicy": retry})
    )
    subscriber.answers = [500, 503]
    await sns("publish", TopicArn=topic, Message="m")
    found = [await asyncio.to_thread(subscriber.next) for _ in range(3)]
    assert [status for _, _, status in found] == [500, 503, 200]
    assert len({headers["x-amz-sns-message-id"] for headers, _, _ in found}) == 1


async def test_boto3_publishes_to_a_queue(sns, endpoint, topic):
    sqs = Caller("sqs", endpoint)
    url = (await sqs("create_queue", QueueName="q"))["QueueUrl"]
    arn = "arn:aws:sqs:us-east-1:000000000000:q"
    await sns("subscribe", TopicArn=topic, Protocol="sqs", Endpoint=arn)
    entries = [{"Id": str(number), "Message": str(number)} for number in range(10)]
    answer = await sns("publish_batch", TopicArn=topic, PublishBatchRequestEntries=entries)
    assert (len(answer["Successful"]), answer["Failed"]) == (10, [])
    found = set()
    while len(found) < 10:
        got = await sqs("receive_message", QueueUrl=url, WaitTimeSeconds=5, MaxNumberOfMessages=10)
        found |= {json.loads(message["Body"])["Message"] for message in got["Messages"]}
    sqs.client.close()
    assert found == {str(number) for number in range(10)}


async def test_nobody_listens():
    outgoing = Outgoing(timeout_s=2)
    with pytest.raises(Unreachable):
        await outgoing.post("http://127.0.0.1:9/", {}, b"")
    with pytest.raises(Unreachable):
        await outgoing.post("http://[::broken/", {}, b"")
    outgoing.close()


async def test_redirects_are_not_followed(subscriber):
    subscriber.answers = [302]
    outgoing = Outgoing()
    assert await outgoing.post(subscriber.url, {"x": "y"}, b"body") == 302
    outgoing.close()


@pytest.mark.parametrize("length", [0, 3, 1_000_000])
async def test_an_answer_that_comes_bit_by_bit_holds_nobody_up(length):
    async def answer(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(f"HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n".encode() + b"x" * 3)
        # The rest never comes.
        await reader.read()
        writer.close()
        ended.set()

    ended = asyncio.Event()
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    outgoing = Outgoing()
    async with asyncio.timeout(5):
        assert await outgoing.post(f"http://127.0.0.1:{port}/", {}, b"") == 200
    outgoing.close()
    await ended.wait()
    server.close()
    await server.wait_closed()
