"""The aws command, boto3 and real HTTP servers as subscribers of topics."""

from __future__ import annotations

import base64
import contextlib
import http.server
import json
import queue
import ssl
import sys
import threading
import time
import urllib.request
from pathlib import Path

import harness
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]
PATIENCE_S = 30
AT_ONCE = {
    "healthyRetryPolicy": {
        "minDelayTarget": 1,
        "maxDelayTarget": 1,
        "numRetries": 3,
        "numNoDelayRetries": 1,
        "numMinDelayRetries": 0,
        "numMaxDelayRetries": 0,
        "backoffFunction": "linear",
    }
}
"""Delivery policy of a subscription, so that a test need not wait 20 s for the second try."""
SIGNED = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": (
        *("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
    ),
}
"""https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message-verify-message-signature.html"""


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers with the next of the server's statuses, and hands on what came."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        status = self.server.statuses.pop(0) if self.server.statuses else 200
        self.server.received.put((status, dict(self.headers), body.decode()))
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        """Says nothing."""


@contextlib.contextmanager
def subscriber(context=None):
    """A real HTTP server, and what it received."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.statuses, server.received = [], queue.Queue()
        if context is not None:
            server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def received(server):
    """The status it was answered with, the headers and the body of the next post."""
    return server.received.get(timeout=PATIENCE_S)


def verify(message):
    """Raises where the signature is not that of the message."""
    names = [name for name in SIGNED[message["Type"]] if name in message]
    text = "".join(f"{name}\n{message[name]}\n" for name in names)
    with urllib.request.urlopen(message["SigningCertURL"], timeout=10) as answer:
        certificate = x509.load_pem_x509_certificate(answer.read())
    digest = {"1": hashes.SHA1, "2": hashes.SHA256}[message["SignatureVersion"]]()
    signature = base64.b64decode(message["Signature"])
    certificate.public_key().verify(signature, text.encode(), padding.PKCS1v15(), digest)


def subscribe(stack, server, name, scheme="http", version="1", **attributes):
    """A topic, and the subscription that the server has confirmed by the link that was posted to it."""
    sns = stack.client("sns")
    topic = sns.create_topic(Name=name, Attributes={"SignatureVersion": version})["TopicArn"]
    endpoint = f"{scheme}://localhost:{server.server_port}/{name}"
    texts = {key: json.dumps(value) for key, value in attributes.items()}
    made = sns.subscribe(TopicArn=topic, Protocol=scheme, Endpoint=endpoint, Attributes=texts)
    assert made["SubscriptionArn"] == "pending confirmation"
    _, headers, body = received(server)
    message = json.loads(body)
    assert headers["x-amz-sns-message-type"] == message["Type"] == "SubscriptionConfirmation"
    verify(message)
    with urllib.request.urlopen(message["SubscribeURL"], timeout=10) as answer:
        assert b"ConfirmSubscriptionResult" in answer.read()
    (found,) = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    assert found["SubscriptionArn"].startswith(f"{topic}:")
    return topic, found["SubscriptionArn"]


@pytest.mark.parametrize("version", ["1", "2"])
def test_an_http_subscriber_gets_signed_messages_and_another_try_after_a_500(shared_stack, version):
    with subscriber() as server:
        topic, arn = subscribe(
            shared_stack, server, f"http-{version}", version=version, DeliveryPolicy=AT_ONCE
        )
        server.statuses += [500, 503]
        sent = shared_stack.client("sns").publish(TopicArn=topic, Message="ä\n{}", Subject="s")
        tries = [received(server) for _ in range(3)]
        assert [status for status, _, _ in tries] == [500, 503, 200]
        assert len({body for _, _, body in tries}) == 1
        _, headers, body = tries[-1]
        message = json.loads(body)
        assert (message["MessageId"], message["Message"]) == (sent["MessageId"], "ä\n{}")
        assert message["SignatureVersion"] == version
        verify(message)
        assert headers["x-amz-sns-subscription-arn"] == arn
        assert headers["Content-Type"].startswith("text/plain")
        with urllib.request.urlopen(message["UnsubscribeURL"], timeout=10):
            found = shared_stack.client("sns").list_subscriptions_by_topic(TopicArn=topic)
        assert found["Subscriptions"] == []


def test_an_https_subscriber_with_a_certificate_of_our_ca(shared_stack):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificates = Path(shared_stack.ca.parent)
    context.load_cert_chain(certificates / "server.crt", certificates / "server.key")
    with subscriber(context) as server:
        topic, _ = subscribe(shared_stack, server, "https", "https", RawMessageDelivery=True)
        shared_stack.client("sns").publish(TopicArn=topic, Message="raw")
        _, headers, body = received(server)
        assert (headers["x-amz-sns-rawdelivery"], body) == ("true", "raw")


def make_queue(stack, name):
    url = stack.client("sqs").create_queue(QueueName=name)["QueueUrl"]
    return url, f"arn:aws:sqs:us-east-1:000000000000:{name}"


def bodies(stack, url):
    got = stack.client("sqs").receive_message(
        QueueUrl=url, WaitTimeSeconds=5, MaxNumberOfMessages=10, MessageAttributeNames=["All"]
    )
    return [message["Body"] for message in got.get("Messages", [])]


def seen_in(stack, url, count):
    """The messages of a topic that came to a queue."""
    seen, deadline = set(), time.monotonic() + PATIENCE_S
    while len(seen) < count and time.monotonic() < deadline:
        seen |= {json.loads(body)["Message"] for body in bodies(stack, url)}
    return seen


def test_what_a_subscriber_refuses_for_good_is_a_dead_letter(shared_stack):
    url, arn = make_queue(shared_stack, "refused")
    with subscriber() as server:
        redrive = {"deadLetterTargetArn": arn}
        topic, _ = subscribe(shared_stack, server, "refused", RedrivePolicy=redrive)
        server.statuses += [403]
        shared_stack.client("sns").publish(TopicArn=topic, Message="unwanted")
        assert received(server)[0] == 403
        (body,) = bodies(shared_stack, url)
    assert json.loads(body)["Message"] == "unwanted"


def test_a_subscriber_that_hangs_holds_up_nobody_else(shared_stack):
    """One endpoint accepts and never answers; the queue beside it gets its messages at once."""
    sns = shared_stack.client("sns")
    url, arn = make_queue(shared_stack, "beside")
    with subscriber() as server:
        topic, _ = subscribe(shared_stack, server, "hanging")
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
        may_go_on = threading.Event()
        server.received.put = lambda _: may_go_on.wait(PATIENCE_S)
        for number in range(3):
            sns.publish(TopicArn=topic, Message=str(number))
        seen = seen_in(shared_stack, url, 3)
        may_go_on.set()
    assert seen == {"0", "1", "2"}


def test_topics_by_the_aws_command(shared_stack, tmp_path):
    script = f"""
        eval "$({sys.executable} -m homeport env)"
        topic=$(aws sns create-topic --name shell --query TopicArn --output text)
        url=$(aws sqs create-queue --queue-name of-shell --query QueueUrl --output text)
        aws sns subscribe --topic-arn "$topic" --protocol sqs \\
            --notification-endpoint arn:aws:sqs:us-east-1:000000000000:of-shell \\
            --attributes '{{"RawMessageDelivery": "true", "FilterPolicy": "{{\\"kind\\": [\\"a\\"]}}"}}'
        for kind in b a; do
            aws sns publish --topic-arn "$topic" --message "of kind $kind" \\
                --message-attributes "kind={{DataType=String,StringValue=$kind}}"
        done
        aws sqs receive-message --queue-url "$url" --wait-time-seconds 20 \
            --message-attribute-names All >received.json
        """
    path = f"{Path(sys.executable).parent}:/usr/bin:/bin"
    environment = {**shared_stack.environment, "PATH": path, "AWS_PAGER": ""}
    harness.run("bash", "-euc", script, env=environment, cwd=tmp_path)
    (message,) = json.loads((tmp_path / "received.json").read_text())["Messages"]
    assert message["Body"] == "of kind a"
    assert message["MessageAttributes"]["kind"]["StringValue"] == "a"
