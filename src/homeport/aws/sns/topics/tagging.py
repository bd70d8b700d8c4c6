"""TagResource, UntagResource, ListTagsForResource.

https://docs.aws.amazon.com/sns/latest/dg/sns-tags.html
"""

from __future__ import annotations

from typing import Any

from homeport.aws.protocol.call import Call, Params
from homeport.aws.sns import errors, limits
from homeport.aws.sns.engine import arns
from homeport.aws.sns.engine.model import Topic
from homeport.aws.sns.sns import Sns


def read(listed: list[dict[str, str]]) -> dict[str, str]:
    """Tags as they are kept, checked."""
    tags = {tag["Key"]: tag["Value"] for tag in listed}
    if len(tags) != len(listed):
        raise errors.invalid("Duplicated keys are not allowed.")
    for key, value in tags.items():
        if not 1 <= len(key) <= limits.TAG_KEY_CHARACTERS or key.lower().startswith("aws:"):
            raise errors.invalid("Tags", "Invalid tag key")
        if len(value) > limits.TAG_VALUE_CHARACTERS:
            raise errors.invalid("Tags", "Invalid tag value")
    return _counted(tags)


def _counted(tags: dict[str, str]) -> dict[str, str]:
    if len(tags) > limits.TAGS:
        raise errors.TAG_LIMIT()
    return tags


def _topic(sns: Sns, call: Call, params: Params) -> Topic:
    topic = sns.find(arns.topic(params["ResourceArn"], call.region, "ResourceArn"))
    if topic is None:
        raise errors.NO_RESOURCE()
    return topic


async def tag_resource(sns: Sns, call: Call, params: Params) -> Params:
    """TagResource"""
    added = read(params["Tags"])

    def change(before: Topic) -> dict[str, Any]:
        return {"tags": _counted(before.tags | added)}

    await sns.change_topic(_topic(sns, call, params), change)
    return {}


async def untag_resource(sns: Sns, call: Call, params: Params) -> Params:
    """UntagResource"""
    removed = set(params["TagKeys"])

    def change(before: Topic) -> dict[str, Any]:
        return {"tags": {key: value for key, value in before.tags.items() if key not in removed}}

    await sns.change_topic(_topic(sns, call, params), change)
    return {}


def list_tags_for_resource(sns: Sns, call: Call, params: Params) -> Params:
    """ListTagsForResource"""
    tags = _topic(sns, call, params).tags
    return {"Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}
