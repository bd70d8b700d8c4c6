"""PublishBatch: up to ten messages in one commit.

https://docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html
"""

from __future__ import annotations

import re
from typing import Any

from homeport.aws.protocol.call import AwsError, Call, Params
from homeport.aws.sns import errors, limits
from homeport.aws.sns.engine import contents, drafts
from homeport.aws.sns.publishing import publish
from homeport.aws.sns.publishing.publish import Plan
from homeport.aws.sns.sns import Sns

ENTRY_ID = re.compile(r"[A-Za-z0-9_-]*")
ID_CHARACTERS = 80
_OF_ALL = frozenset({"ParameterValueInvalid"})
"""Errors of an entry that refuse all of them: `batch-*` in `test_empty_or_wrong_message_attributes`, see `errors`."""


async def publish_batch(sns: Sns, call: Call, params: Params) -> Params:
    """PublishBatch"""
    topic = sns.topic(call, params["TopicArn"])
    entries: list[dict[str, Any]] = params["PublishBatchRequestEntries"]
    _check(entries)
    for entry in entries:
        # `test_publish_batch_exceptions`: these refuse the whole batch, in this order.
        if entry["Message"]:
            contents.check_structure(entry)
        drafts.check_address(topic, entry)
    plans: dict[str, Plan] = {}
    failed: list[Params] = []
    total = 0
    for entry in entries:
        try:
            drafted = drafts.draft(entry)
            total += drafted.size
            plans[entry["Id"]] = publish.make_plan(sns, call, topic, drafted, entry)
        except AwsError as error:
            if error.code in _OF_ALL:
                raise
            failed.append(_failed(entry, error))
    if total > limits.MESSAGE_BYTES:
        raise errors.BATCH_TOO_LONG()
    sent = await publish.commit(sns, list(plans.values()))
    successful = [
        {"Id": key, **publish.answer(topic, one)} for key, one in zip(plans, sent, strict=True)
    ]
    return {"Successful": successful, "Failed": failed}


def _check(entries: list[dict[str, Any]]) -> None:
    if not entries:
        raise errors.EMPTY_BATCH()
    if len(entries) > limits.BATCH_ENTRIES:
        raise errors.TOO_MANY_ENTRIES()
    for entry in entries:
        if len(entry["Id"]) > ID_CHARACTERS:
            raise errors.INVALID_ENTRY_ID(
                f"The Id of a batch entry in the batch request is too long: {entry['Id']}"
            )
        if not entry["Id"] or not ENTRY_ID.fullmatch(entry["Id"]):
            raise errors.INVALID_ENTRY_ID(
                f"The Id of a batch entry in the batch request contains an impermissible character: {entry['Id']}"
            )
    if len({entry["Id"] for entry in entries}) != len(entries):
        raise errors.IDS_NOT_DISTINCT()


def _failed(entry: dict[str, Any], error: AwsError) -> Params:
    return {
        "Id": entry["Id"],
        "Code": error.code,
        "Message": error.message,
        "SenderFault": error.status < 500,
    }
