"""Variables of an environment, as a table of texts."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from homeport.stack import values

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,254}")
MOST = 200
TEXT_BYTES = 32_768


class Variables:
    """A table of names and texts; outside TOML it is JSON."""

    allowed = "a table of environment variables, each with a text"

    def read(self, raw: object) -> tuple[tuple[str, str], ...]:
        """The variables in their order."""
        table = _parsed(raw) if isinstance(raw, str) else raw
        if not isinstance(table, Mapping) or len(table) > MOST:
            raise values.NotOfKind
        for name, text in table.items():
            if not isinstance(name, str) or _NAME.fullmatch(name) is None:
                raise values.NotOfKind(str(name), "the name of an environment variable")
            if not isinstance(text, str) or "\0" in text or len(text) > TEXT_BYTES:
                raise values.NotOfKind(name, "a variable with a text; write numbers in quotes")
        return tuple(table.items())

    def show(self, value: tuple[tuple[str, str], ...]) -> str:
        """JSON that `read` takes."""
        return json.dumps(dict(value), separators=(",", ":"))

    def schema(self) -> values.Schema:
        """A table of texts."""
        return {"type": "object", "additionalProperties": {"type": "string"}}


def _parsed(text: str) -> object:
    try:
        parsed: object = json.loads(text)
    except ValueError as error:
        raise values.NotOfKind from error
    return parsed
