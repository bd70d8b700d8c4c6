"""All pages and actions of SQS."""

from __future__ import annotations

from homeport.console.cloud.sqs import (
    editing,
    messages,
    overview,
    queues,
    receiving,
    redriving,
    sending,
)

ROWS = (
    *queues.ROWS,
    *overview.ROWS,
    *messages.ROWS,
    *sending.ROWS,
    *receiving.ROWS,
    *redriving.ROWS,
    *editing.ROWS,
)
