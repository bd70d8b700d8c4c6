"""All pages and actions of SNS."""

from __future__ import annotations

from homeport.console.cloud.sns import (
    editing,
    mobile,
    publishing,
    sent,
    subscriptions,
    topics,
)

ROWS = (
    *topics.ROWS,
    *subscriptions.ROWS,
    *publishing.ROWS,
    *editing.ROWS,
    *sent.ROWS,
    *mobile.ROWS,
)
