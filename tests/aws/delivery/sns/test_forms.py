"""Messages as their receivers get them.

https://docs.aws.amazon.com/sns/latest/dg/sns-sqs-as-subscriber.html, https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html
"""

import base64
import json

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from tests.aws.delivery.sns.stack import queue

from homeport.aws.sns import pages
from homeport.edge import http

FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:f"
SIGNED = (
    "Message",
    "MessageId",
    "SubscribeURL",
    "Subject",
    "Timestamp",
    "Token",
    "TopicArn",
    "Type",
)


def verify(stack, message, url="SigningCertURL"):
    """As a receiver does: https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html"""
    path = message[url].removeprefix("http://localhost:4566")
    page = pages.answer(stack.sns, http.Request("GET", path, "", {}, http.BytesBody()))
    certificate = x509.load_pem_x509_certificate(page.body)
    text = "".join(f"{name}\n{message[name]}\n" for name in SIGNED if message.get(name) is not None)
    algorithm = {"1": hashes.SHA1(), "2": hashes.SHA256()}[message["SignatureVersion"]]
    certificate.public_key().verify(
        base64.b64decode(message["Signature"]), text.encode(), padding.PKCS1v15(), algorithm
    )


async def publish(stack, topic, message="m", **more):
    sent = await stack("Publish", TopicArn=topic, Message=message, **more)
    await stack.idle()
    return sent


BODY = """{
  "Type" : "Notification",
  "MessageId" : "%s",
  "TopicArn" : "%s",
  "Subject" : "sub",
  "Message" : "hällo \\"<&>\\"\\n",
  "Timestamp" : "2023-11-14T22:13:20.000Z",
  "SignatureVersion" : "1",
  "Signature" : "%s",
  "SigningCertURL" : "%s",
  "UnsubscribeURL" : "http://localhost:4566/?Action=Unsubscribe&SubscriptionArn=%s",
  "MessageAttributes" : {
    "text" : {"Type":"String","Value":"ä"},
    "data" : {"Type":"Binary","Value":"AgME"}
  }
}"""


async def test_the_envelope_is_that_of_aws(stack, topic):
    arn = await stack.subscribe(topic, queue("q"))
    attributes = {
        "text": {"DataType": "String", "StringValue": "ä"},
        "data": {"DataType": "Binary", "BinaryValue": b"\x02\x03\x04"},
    }
    sent = await publish(stack, topic, 'hällo "<&>"\n', Subject="sub", MessageAttributes=attributes)
    (body,) = stack.queues.bodies("q")
    found = json.loads(body)
    url = found["SigningCertURL"]
    assert body == BODY % (sent["MessageId"], topic, found["Signature"], url, arn)
    verify(stack, found)


@pytest.mark.parametrize("version", ["1", "2"])
async def test_signatures_of_both_versions(stack, version):
    topic = await stack.make("v", SignatureVersion=version)
    await stack.subscribe(topic, queue("q"))
    await publish(stack, topic)
    await publish(stack, topic, Subject="with a subject")
    for body in stack.queues.bodies("q"):
        assert json.loads(body)["SignatureVersion"] == version
        verify(stack, json.loads(body))


async def test_a_changed_message_does_not_verify(stack, topic):
    await stack.subscribe(topic, queue("q"))
    await publish(stack, topic)
    found = json.loads(stack.queues.bodies("q")[0])
    with pytest.raises(InvalidSignature):
        verify(stack, found | {"Message": "other"})


async def test_the_key_is_kept(stack, topic):
    await stack.subscribe(topic, queue("q"))
    await publish(stack, topic)
    await stack.close()
    assert (stack.folder / "sns.db").stat().st_mode & 0o077 == 0
    await stack.open()
    await publish(stack, topic)
    first, second = (json.loads(body) for body in stack.queues.bodies("q"))
    assert first["SigningCertURL"] == second["SigningCertURL"]
    verify(stack, first)


async def test_a_function_gets_an_event(stack, topic):
    """`test_python_lambda_subscribe_sns_topic`"""
    arn = await stack.subscribe(topic, FUNCTION, "lambda")
    attributes = {"Test": {"DataType": "String", "StringValue": "TestString"}}
    sent = await publish(stack, topic, "Hello", Subject="TestInvoke", MessageAttributes=attributes)
    ((name, event),) = stack.functions.events
    assert name == FUNCTION
    (record,) = event["Records"]
    verify(stack, record["Sns"], "SigningCertUrl")
    for changing in ("Signature", "SigningCertUrl"):
        assert record["Sns"].pop(changing)
    assert record == {
        "EventSource": "aws:sns",
        "EventVersion": "1.0",
        "EventSubscriptionArn": arn,
        "Sns": {
            "Type": "Notification",
            "MessageId": sent["MessageId"],
            "TopicArn": topic,
            "Subject": "TestInvoke",
            "Message": "Hello",
            "Timestamp": "2023-11-14T22:13:20.000Z",
            "SignatureVersion": "1",
            "UnsubscribeUrl": f"http://localhost:4566/?Action=Unsubscribe&SubscriptionArn={arn}",
            "MessageAttributes": {"Test": {"Type": "String", "Value": "TestString"}},
        },
    }


async def test_a_function_gets_null_where_there_is_no_subject(stack, topic):
    await stack.subscribe(topic, FUNCTION, "lambda")
    await publish(stack, topic)
    assert stack.functions.events[0][1]["Records"][0]["Sns"]["Subject"] is None


async def test_each_protocol_gets_its_text(stack, topic):
    await stack.subscribe(topic, queue("q"), RawMessageDelivery="true")
    await stack.subscribe(topic, FUNCTION, "lambda")
    texts = {"default": "d", "sqs": '{"field": "value"}'}
    await publish(stack, topic, json.dumps(texts), MessageStructure="json")
    assert stack.queues.bodies("q") == ['{"field": "value"}']
    assert stack.functions.events[0][1]["Records"][0]["Sns"]["Message"] == "d"


async def test_an_endpoint_can_verify_what_it_is_asked(stack, topic):
    await stack.subscribe(topic, "http://example.com/", "http")
    await stack.idle()
    ((_, headers, body),) = stack.web.posts
    found = json.loads(body)
    verify(stack, found)
    assert list(found) == [
        "Type",
        "MessageId",
        "Token",
        "TopicArn",
        "Message",
        "SubscribeURL",
        "Timestamp",
        "SignatureVersion",
        "Signature",
        "SigningCertURL",
    ]
    assert headers["x-amz-sns-message-type"] == "SubscriptionConfirmation"
    assert found["SubscribeURL"] == (
        f"http://localhost:4566/?Action=ConfirmSubscription&TopicArn={topic}&Token={found['Token']}"
    )
