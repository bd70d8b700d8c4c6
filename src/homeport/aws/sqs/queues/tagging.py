"""TagQueue, UntagQueue, ListQueueTags.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-tags.html
"""

from __future__ import annotations

from homeport.aws.protocol.call import Call, Params
from homeport.aws.sqs import errors, limits
from homeport.aws.sqs.sqs import Sqs


def check(tags: dict[str, str]) -> None:
    """Raises where tags are too many, or too long."""
    if len(tags) > limits.TAGS:
        raise errors.INVALID_PARAMETER(
            f"Too many tags added for queue: {len(tags)}; at most {limits.TAGS} are allowed."
        )
    for key, value in tags.items():
        if not 1 <= len(key) <= limits.TAG_KEY_CHARACTERS:
            raise errors.INVALID_PARAMETER(
                f"Tag keys must be between 1 and {limits.TAG_KEY_CHARACTERS} characters in length."
            )
        if key.lower().startswith("aws:"):
            raise errors.INVALID_PARAMETER(
                "Tag keys can't begin with aws:, which is reserved for AWS use."
            )
        if len(value) > limits.TAG_VALUE_CHARACTERS:
            raise errors.INVALID_PARAMETER(
                f"Tag values must be between 0 and {limits.TAG_VALUE_CHARACTERS} characters in length."
            )


async def tag_queue(sqs: Sqs, call: Call, params: Params) -> Params:
    """TagQueue"""
    added: dict[str, str] = params["Tags"]
    await sqs.change_queue(call, params, lambda queue: _tagged(queue.tags | added))
    return {}


def _tagged(tags: dict[str, str]) -> dict[str, dict[str, str]]:
    check(tags)
    return {"tags": tags}


async def untag_queue(sqs: Sqs, call: Call, params: Params) -> Params:
    """UntagQueue"""
    gone = set(params["TagKeys"])
    await sqs.change_queue(
        call,
        params,
        lambda queue: {"tags": {k: v for k, v in queue.tags.items() if k not in gone}},
    )
    return {}


def list_queue_tags(sqs: Sqs, call: Call, params: Params) -> Params:
    """ListQueueTags"""
    tags = sqs.queue(call, params).tags
    return {"Tags": tags} if tags else {}
