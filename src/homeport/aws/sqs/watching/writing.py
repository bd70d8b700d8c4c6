"""Messages as the developer endpoint of LocalStack gives them out: `ReceiveMessage` in JSON or XML, or the XML's tree as JSON.

https://docs.localstack.cloud/aws/services/sqs/#developer-endpoints
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from typing import Any
from xml.etree import ElementTree

from homeport.aws.protocol.call import Params
from homeport.aws.sqs import receiving
from homeport.aws.sqs.engine import contents, watching
from homeport.aws.sqs.engine.watching import Seen
from homeport.aws.sqs.watching.asked import Spoken, Wanted
from homeport.edge import http

HANDLE = "SQS/BACKDOOR/ACCESS"
"""What stands for a receipt handle, in LocalStack too: with none of these messages can anything be done."""


def message(seen: Seen, wanted: Wanted, now: int) -> Params:
    """A message with all its attributes, as if it were received, but counted as often as it was before."""
    delivery = seen.delivery
    found: Params = {
        "MessageId": delivery.message_id,
        "ReceiptHandle": HANDLE,
        "MD5OfBody": delivery.md5,
        "Body": delivery.body,
        "Attributes": receiving.system_attributes(
            delivery._replace(receives=delivery.receives - 1), receiving.EVERY
        ),
    }
    if delivery.attributes is not None:
        found["MessageAttributes"] = contents.unpack(delivery.attributes)
        found["MD5OfMessageAttributes"] = contents.attributes_md5(found["MessageAttributes"])
    found["Attributes"] |= _state(seen, wanted, now)
    return found


def _state(seen: Seen, wanted: Wanted, now: int) -> dict[str, str]:
    """What only this page tells. With LocalStack too, a message that waits for another one of its group is visible by itself."""
    state, told = seen.state(now), {}
    if wanted.has_invisible:
        told["IsVisible"] = _word(state in {watching.VISIBLE, watching.HELD_BACK})
    if wanted.has_delayed:
        told["IsDelayed"] = _word(state == watching.DELAYED)
    if wanted.has_details:
        told |= {
            "Homeport.State": state,
            "Homeport.VisibleTimestamp": str(seen.due_at),
            "Homeport.Place": str(seen.place),
        }
    return told


def _word(value: bool) -> str:
    return "true" if value else "false"


def response(
    spoken: Spoken, members: Sequence[Params], request_id: str, *, as_json: bool
) -> http.Response:
    """The answer with the messages."""
    if spoken.codec.protocol == "json" or not as_json:
        given = {"Messages": list(members)} if members else {}
        return spoken.codec.serialize(spoken.receive, given, request_id)
    result = {"Message": _one_or_many([_tree(each) for each in members])} if members else None
    document = {
        "ReceiveMessageResponse": {
            "ReceiveMessageResult": result,
            "ResponseMetadata": {"RequestId": request_id},
        }
    }
    headers = [("x-amzn-RequestId", request_id), ("Content-Type", "application/json")]
    return http.Response(200, headers, json.dumps(document, ensure_ascii=False).encode())


def _tree(member: Params) -> dict[str, Any]:
    """A message as the XML of the query protocol has it, where maps are lists of names and values."""
    tree = {name: value for name, value in member.items() if not name.endswith("Attributes")}
    tree["Attribute"] = [{"Name": n, "Value": v} for n, v in member["Attributes"].items()]
    own = member.get("MessageAttributes")
    if own:
        tree["MD5OfMessageAttributes"] = member["MD5OfMessageAttributes"]
        tree["MessageAttribute"] = _one_or_many(
            [{"Name": name, "Value": _value(value)} for name, value in own.items()]
        )
    return tree


def _value(value: dict[str, Any]) -> dict[str, str]:
    return {
        name: base64.b64encode(each).decode() if isinstance(each, bytes) else each
        for name, each in value.items()
    }


def _one_or_many(values: list[Any]) -> Any:
    """One element of XML is no list, for whoever reads it without knowing better, and so tests for LocalStack expect it."""
    return values[0] if len(values) == 1 else values


def error_as_json(answer: http.Response) -> http.Response:
    """An error of the query protocol, which is XML that we wrote, as JSON."""
    assert isinstance(answer.body, bytes)  # noqa: S101 - errors are whole
    root = ElementTree.fromstring(answer.body)  # noqa: S314 - our own
    document = json.dumps({_name(root): _plain(root)}, ensure_ascii=False).encode()
    headers = [(n, v) for n, v in answer.headers if n.lower() != "content-type"]
    return http.Response(answer.status, [*headers, ("Content-Type", "application/json")], document)


def _name(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def _plain(element: ElementTree.Element) -> Any:
    if len(element) == 0:
        return element.text
    return {_name(child): _plain(child) for child in element}
