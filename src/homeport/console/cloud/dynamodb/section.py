"""All pages of DynamoDB."""

from __future__ import annotations

from homeport.console.cloud.dynamodb import (
    backups,
    indexes,
    items,
    partiql,
    settings,
    stream,
    tables,
)
from homeport.console.cloud.dynamodb.writing import deleting, editor, moving

ROWS = (
    *tables.ROWS,
    *partiql.ROWS,
    *items.ROWS,
    *editor.ROWS,
    *deleting.ROWS,
    *indexes.ROWS,
    *stream.ROWS,
    *backups.ROWS,
    *moving.ROWS,
    *settings.ROWS,
)
