"""All pages of Lambda."""

from __future__ import annotations

from homeport.console.cloud.lambda_ import environment, functions, settings, versions
from homeport.console.cloud.lambda_.code import code, creating, layers
from homeport.console.cloud.lambda_.running import logs, testing
from homeport.console.cloud.lambda_.wiring import access, outgoing, sources

ROWS = (
    *functions.ROWS,
    *creating.ROWS,
    *layers.ROWS,
    *code.ROWS,
    *testing.ROWS,
    *logs.ROWS,
    *sources.ROWS,
    *versions.ROWS,
    *environment.ROWS,
    *outgoing.ROWS,
    *access.ROWS,
    *settings.ROWS,
)
