"""What would leave for telephones and mailboxes is kept where it can be read.

https://docs.aws.amazon.com/sns/latest/dg/sns-mobile-phone-number-as-subscriber.html,
https://docs.aws.amazon.com/sns/latest/dg/sns-mobile-application-as-subscriber.html
"""

from __future__ import annotations

from typing import Any

from homeport.aws.protocol.call import Call, Params
from homeport.aws.sns import errors
from homeport.aws.sns.engine import arns, contents, drafts, endpoints
from homeport.aws.sns.engine.envelope import timestamp
from homeport.aws.sns.engine.model import Message, Subscription
from homeport.aws.sns.mobile import endpoints as platform_endpoints
from homeport.aws.sns.sns import Sns
from homeport.aws.sns.store import mobile, notes
from homeport.aws.sns.store.notes import Note


def note(subscription: Subscription, message: Message) -> Note:
    """A message for a subscriber whom we cannot reach."""
    protocol = subscription.protocol
    kind = notes.SMS if protocol == "sms" else notes.APPLICATION
    if protocol in endpoints.MAIL:
        kind = notes.MAIL
    # Texts for applications are named by their push service: `endpoint/GCM/...`.
    name = subscription.endpoint.split("/")[1] if protocol == "application" else protocol
    document = _document(message, name)
    document |= {"TopicArn": message.topic_arn, "SubscriptionArn": subscription.arn}
    return Note(kind, subscription.account, subscription.region, subscription.endpoint, document)


def _document(message: Message, protocol: str) -> dict[str, Any]:
    return {
        "MessageId": message.message_id,
        "Message": message.text(protocol),
        "Subject": message.subject,
        "Timestamp": timestamp(message.sent_at),
        "MessageAttributes": _attributes(message),
    }


def _attributes(message: Message) -> dict[str, Any]:
    found = contents.unpack(message.attributes)
    return {name: {"Type": kind, "Value": value} for name, (kind, value) in found.items()}


async def to_phone(sns: Sns, call: Call, number: str, params: Params) -> Params:
    """A text message to a number."""
    endpoints.check_number(number)
    drafted = drafts.draft(params)
    drafts.check_size(drafted)
    kept = mobile.phone(sns.db.query, mobile.OPTED_OUT, call.account, call.region, number)
    if kept is not None:
        raise errors.OPTED_OUT()
    message = drafted.message("", sns.ids(), sns.now(), "")
    document = _document(message, "sms") | {"PhoneNumber": number}
    return await _keep(
        sns, Note(notes.SMS, call.account, call.region, number, document), message.message_id
    )


async def to_endpoint(sns: Sns, call: Call, target: str, params: Params) -> Params:
    """A message to an application on a device."""
    parts = arns.parse(target, "TargetArn")
    found = platform_endpoints.find(sns, parts) if parts[3] == call.region else None
    if found is None:
        raise errors.invalid("TargetArn", "No endpoint found for the target arn specified")
    if found.attributes["Enabled"] != "true":
        # Before the message is looked at: `test_publish_to_disabled_platform_endpoint` in
        # https://github.com/getmoto/moto/blob/master/tests/test_sns/test_application.py, verified there against AWS.
        raise errors.ENDPOINT_DISABLED()
    drafted = drafts.draft(params)
    drafts.check_size(drafted)
    message = drafted.message("", sns.ids(), sns.now(), "")
    document = _document(message, found.application.platform) | {"TargetArn": target}
    note = Note(notes.APPLICATION, call.account, call.region, target, document)
    return await _keep(sns, note, message.message_id)


async def _keep(sns: Sns, kept: Note, message_id: str) -> Params:
    await sns.db.write(lambda connection: notes.add(connection, kept))
    return {"MessageId": message_id}
