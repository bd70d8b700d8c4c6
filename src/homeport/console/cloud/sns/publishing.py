"""Publishes a message to a topic.

https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
"""

from __future__ import annotations

import json
from typing import Any

from homeport.aws.sns import limits
from homeport.console.asking.troubles import Trouble
from homeport.console.cloud.messaging import attributes
from homeport.console.cloud.sns import topic as topics
from homeport.console.routing import Row
from homeport.console.visit import Visit
from homeport.edge import http


async def page(visit: Visit) -> http.Response:
    """`/sns/t/TOPIC/publish`"""
    topic = topics.of(visit)
    values = await topics.attributes(visit, topic)
    return visit.page(
        "cloud/sns/publish.html",
        topic=topic,
        values=values,
        attributes_note=attributes.NOTE,
        most_bytes=limits.MESSAGE_BYTES,
        most_subject=limits.SUBJECT_CHARACTERS,
        is_by_content=values.get("ContentBasedDeduplication") == "true",
    )


async def publish(visit: Visit) -> http.Response:
    """Publishes what the form says."""
    topic, form = topics.of(visit), visit.form
    # What a form sends has the line ends of a network: https://html.spec.whatwg.org/multipage/form-control-infrastructure.html
    message = form.text("message").replace("\r\n", "\n")
    if not message:
        raise Trouble("The message is empty.", hint="SNS takes no empty message.")
    given: dict[str, Any] = {"TopicArn": topic.arn, "Message": message}
    if subject := form.text("subject").strip():
        given["Subject"] = subject
    if form.has("structured"):
        _check_structure(message)
        given["MessageStructure"] = "json"
    if own := attributes.parse(form.text("attributes")):
        given["MessageAttributes"] = own
    if group := form.text("group").strip():
        given["MessageGroupId"] = group
    if unique := form.text("deduplication").strip():
        given["MessageDeduplicationId"] = unique
    answer = await visit.cloud.call("sns", "Publish", **given)
    return visit.go(
        f"{topic.href}/publish", said=f"The message was published: {answer['MessageId']}."
    )


def _check_structure(message: str) -> None:
    """https://docs.aws.amazon.com/sns/latest/dg/sns-send-custom-platform-specific-payloads-mobile-devices.html"""
    try:
        texts = json.loads(message)
    except (ValueError, RecursionError) as error:
        raise Trouble(
            "The message is no JSON.",
            hint='With a text for each protocol it is {"default": "text", "email": "another"}.',
        ) from error
    if not isinstance(texts, dict) or not isinstance(texts.get("default"), str):
        raise Trouble(
            "The message has no text for default.",
            hint='With a text for each protocol it is {"default": "text", "email": "another"}.',
        )


ROWS = (
    Row("GET", "/sns/t/{topic}/publish", page, "cloud_write"),
    Row("POST", "/sns/t/{topic}/publish", publish, "cloud_write"),
)
