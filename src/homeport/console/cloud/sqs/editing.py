"""What a queue is set to: attributes, policy, tags; purging and deleting it.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
"""

from __future__ import annotations

from homeport.aws.sqs import limits
from homeport.console.cloud.messaging import forms
from homeport.console.cloud.sqs import queue as queues
from homeport.console.cloud.sqs import queues as listing
from homeport.console.cloud.sqs import settings
from homeport.console.routing import Row
from homeport.console.visit import Visit
from homeport.edge import http


async def page(visit: Visit) -> http.Response:
    """`/sqs/q/QUEUE/settings`"""
    queue = queues.of(visit)
    values, (answer, names, sources) = await queues.with_attributes(
        visit,
        queue,
        visit.cloud.call("sqs", "ListQueueTags", QueueUrl=queue.url),
        listing.names(visit),
        queues.sources(visit, queue),
    )
    return visit.page(
        "cloud/sqs/settings.html",
        queue=queue,
        values=values,
        shown=settings.shown(values),
        settings=settings,
        offered=[n for n in names if n != queue.name and n.endswith(".fifo") == queue.is_fifo],
        tags=forms.lines(answer.get("Tags", {})),
        tags_note=forms.TAGS_NOTE,
        policy_bytes=limits.POLICY_BYTES,
        sources=sources,
    )


async def change(visit: Visit) -> http.Response:
    """Sets what the form says otherwise than it is."""
    queue = queues.of(visit)
    now = await queues.attributes(visit, queue)
    wanted = settings.to_change(settings.asked(visit.form, queue), now)
    if not wanted:
        return visit.go(f"{queue.href}/settings", said="Nothing was changed.")
    await visit.cloud.call("sqs", "SetQueueAttributes", QueueUrl=queue.url, Attributes=wanted)
    return visit.go(f"{queue.href}/settings", said=f"Set: {', '.join(sorted(wanted))}.")


async def change_policy(visit: Visit) -> http.Response:
    """Sets the policy, or takes it away."""
    queue = queues.of(visit)
    text = forms.document(visit.form.text("Policy"), "The policy")
    await visit.cloud.call(
        "sqs", "SetQueueAttributes", QueueUrl=queue.url, Attributes={"Policy": text}
    )
    said = "The policy was set." if text else "The policy was removed."
    return visit.go(f"{queue.href}/settings", said=said)


async def change_tags(visit: Visit) -> http.Response:
    """Sets the tags to what the form says."""
    queue = queues.of(visit)
    wanted = forms.tags(visit.form.text("tags"))
    answer = await visit.cloud.call("sqs", "ListQueueTags", QueueUrl=queue.url)
    gone = [key for key in answer.get("Tags", {}) if key not in wanted]
    if gone:
        await visit.cloud.call("sqs", "UntagQueue", QueueUrl=queue.url, TagKeys=gone)
    if wanted:
        await visit.cloud.call("sqs", "TagQueue", QueueUrl=queue.url, Tags=wanted)
    return visit.go(f"{queue.href}/settings", said="The tags were set.")


async def purge(visit: Visit) -> http.Response:
    """Removes all messages."""
    queue = queues.of(visit)
    await visit.cloud.call("sqs", "PurgeQueue", QueueUrl=queue.url)
    return visit.go(queue.href, said=f"All messages of {queue.name} were removed.")


async def delete(visit: Visit) -> http.Response:
    """Deletes the queue with its messages."""
    queue = queues.of(visit)
    await visit.cloud.call("sqs", "DeleteQueue", QueueUrl=queue.url)
    return visit.go("/sqs", said=f"The queue {queue.name} was deleted.")


ROWS = (
    Row("GET", "/sqs/q/{queue}/settings", page, "cloud"),
    Row("POST", "/sqs/q/{queue}/settings", change, "cloud_write"),
    Row("POST", "/sqs/q/{queue}/policy", change_policy, "cloud_write"),
    Row("POST", "/sqs/q/{queue}/tags", change_tags, "cloud_write"),
    Row("POST", "/sqs/q/{queue}/purge", purge, "cloud_write"),
    Row("POST", "/sqs/q/{queue}/delete", delete, "cloud_write"),
)
