"""What a topic is set to: attributes, policy, tags; deleting it.

https://docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html
"""

from __future__ import annotations

from homeport.aws.sns import limits
from homeport.console.cloud.messaging import forms
from homeport.console.cloud.sns import settings
from homeport.console.cloud.sns import topic as topics
from homeport.console.routing import Row
from homeport.console.visit import Visit
from homeport.edge import http


async def page(visit: Visit) -> http.Response:
    """`/sns/t/TOPIC/settings`"""
    topic = topics.of(visit)
    values, (answer,) = await topics.with_attributes(
        visit, topic, visit.cloud.call("sns", "ListTagsForResource", ResourceArn=topic.arn)
    )
    return visit.page(
        "cloud/sns/settings.html",
        topic=topic,
        values=values,
        settings=settings,
        delivery_policy=forms.pretty(values.get("DeliveryPolicy", "")),
        policy=forms.pretty(values.get("Policy", "")),
        policy_bytes=limits.POLICY_BYTES,
        tags=forms.lines({each["Key"]: each["Value"] for each in answer.get("Tags", [])}),
        tags_note=forms.TAGS_NOTE,
    )


async def change(visit: Visit) -> http.Response:
    """Sets what the form says otherwise than it is, one after the other."""
    topic = topics.of(visit)
    now = await topics.attributes(visit, topic)
    wanted = settings.to_change(settings.asked(visit.form, topic), now)
    for name, value in wanted.items():
        await _set(visit, topic, name, value)
    said = f"Set: {', '.join(sorted(wanted))}." if wanted else "Nothing was changed."
    return visit.go(f"{topic.href}/settings", said=said)


async def _set(visit: Visit, topic: topics.Named, name: str, value: str) -> None:
    await visit.cloud.call(
        "sns",
        "SetTopicAttributes",
        TopicArn=topic.arn,
        AttributeName=name,
        AttributeValue=value,
    )


async def change_policy(visit: Visit) -> http.Response:
    """Sets the policy; an empty one is the default again."""
    topic = topics.of(visit)
    await _set(visit, topic, "Policy", forms.document(visit.form.text("Policy"), "The policy"))
    return visit.go(f"{topic.href}/settings", said="The policy was set.")


async def change_tags(visit: Visit) -> http.Response:
    """Sets the tags to what the form says."""
    topic = topics.of(visit)
    wanted = forms.tags(visit.form.text("tags"))
    answer = await visit.cloud.call("sns", "ListTagsForResource", ResourceArn=topic.arn)
    gone = [each["Key"] for each in answer.get("Tags", []) if each["Key"] not in wanted]
    if gone:
        await visit.cloud.call("sns", "UntagResource", ResourceArn=topic.arn, TagKeys=gone)
    if wanted:
        tags = [{"Key": key, "Value": value} for key, value in wanted.items()]
        await visit.cloud.call("sns", "TagResource", ResourceArn=topic.arn, Tags=tags)
    return visit.go(f"{topic.href}/settings", said="The tags were set.")


async def delete(visit: Visit) -> http.Response:
    """Deletes the topic with its subscriptions."""
    topic = topics.of(visit)
    await visit.cloud.call("sns", "DeleteTopic", TopicArn=topic.arn)
    return visit.go("/sns", said=f"The topic {topic.name} was deleted.")


ROWS = (
    Row("GET", "/sns/t/{topic}/settings", page, "cloud"),
    Row("POST", "/sns/t/{topic}/settings", change, "cloud_write"),
    Row("POST", "/sns/t/{topic}/policy", change_policy, "cloud_write"),
    Row("POST", "/sns/t/{topic}/tags", change_tags, "cloud_write"),
    Row("POST", "/sns/t/{topic}/delete", delete, "cloud_write"),
)
