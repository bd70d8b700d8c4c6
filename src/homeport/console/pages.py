"""All pages and actions of the console, by section."""

from __future__ import annotations

from homeport.console import home
from homeport.console.cloud import pages as cloud
from homeport.console.cloud.dynamodb import section as dynamodb
from homeport.console.cloud.lambda_ import section as functions
from homeport.console.cloud.sns import section as sns
from homeport.console.cloud.sqs import section as sqs
from homeport.console.registry import (
    catalog,
    compare,
    deleting,
    downloads,
    live,
    repository,
)
from homeport.console.registry.rights import robots, rules, users
from homeport.console.routing import Row
from homeport.console.stack import pages as stack

ROWS: tuple[Row, ...] = (
    *home.ROWS,
    *catalog.ROWS,
    *repository.ROWS,
    *compare.ROWS,
    *deleting.ROWS,
    *downloads.ROWS,
    *robots.ROWS,
    *rules.ROWS,
    *users.ROWS,
    *live.ROWS,
    *cloud.ROWS,
    *dynamodb.ROWS,
    *functions.ROWS,
    *sqs.ROWS,
    *sns.ROWS,
    *stack.ROWS,
)
"""Of two rows that fit a path, the one that stands first answers."""
