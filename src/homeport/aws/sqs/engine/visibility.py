"""How long a receiver may keep a message.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html
"""

from __future__ import annotations

from homeport.aws.protocol.call import AwsError
from homeport.aws.sqs import errors, limits
from homeport.aws.sqs.engine.receipts import Receipt


def check_timeout(timeout_s: int) -> None:
    """Raises where a visibility timeout is out of range."""
    low, high = limits.VISIBILITY_S
    if not low <= timeout_s <= high:
        raise errors.invalid_value(
            timeout_s, "VisibilityTimeout", f"VisibilityTimeout must be >= {low} and <= {high}"
        )


def check_total(timeout_s: int, received_at: int, now: int) -> None:
    """Raises where a message would be kept for longer than twelve hours since it was received."""
    maximum = limits.VISIBILITY_S[1]
    if now + timeout_s * 1000 - received_at > maximum * 1000:
        raise errors.invalid_value(
            timeout_s,
            "VisibilityTimeout",
            f"Total VisibilityTimeout for the message is beyond the limit [{maximum} seconds]",
        )


def is_expired(receipt: Receipt, receives: int, visible_at: int, now: int) -> bool:
    """Whether a handle of a FIFO queue has run out: the message is visible again, or was given out since."""
    return receives != receipt.receives or visible_at <= now


def expired(handle: str) -> AwsError:
    """What a FIFO queue says of a handle that has run out."""
    return errors.invalid_value(handle, "ReceiptHandle", "The receipt handle has expired.")


def not_available(handle: str) -> AwsError:
    """What a queue says of a handle whose message is gone, or was given out again since."""
    return errors.invalid_value(
        handle,
        "ReceiptHandle",
        "Message does not exist or is not available for visibility timeout change.",
    )
