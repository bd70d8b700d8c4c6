"""The JSON Schema of homeport.toml, with which editors complete and check it: docs/homeport.schema.json.

https://json-schema.org/draft/2020-12, https://taplo.tamasfe.dev/configuration/using-schemas.html
"""

from __future__ import annotations

import json

from homeport.registry import options
from homeport.stack import names, values
from homeport.stack.kinds import tables
from homeport.stack.reference import page

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def document() -> values.Schema:
    """The schema of the whole file: every key that there is, and no other."""
    said = page.descriptions()
    top = {setting.name: _property(setting, said) for setting in names.ALL if not setting.group}
    groups = {group: _group(group, said) for group in names.GROUPS}
    return {
        "$schema": _DIALECT,
        "title": "homeport.toml",
        "description": "A private container registry and a local AWS.",
        "type": "object",
        "properties": {**top, **groups},
        "additionalProperties": False,
    }


def text() -> str:
    """docs/homeport.schema.json."""
    return json.dumps(document(), indent=1, ensure_ascii=False) + "\n"


def _group(group: str, said: dict[str, str]) -> values.Schema:
    its = [setting for setting in names.ALL if setting.group == group]
    return {
        "type": "object",
        "description": page.summary(group),
        "properties": {setting.name: _property(setting, said) for setting in its},
        "additionalProperties": False,
    }


def _property(setting: names.Setting, said: dict[str, str]) -> values.Schema:
    schema = {"description": _sentence(said[setting.key]), **setting.kind.schema()}
    if isinstance(setting.kind, tables.Tables):
        _describe(setting.kind, schema)
    elif isinstance(setting.default, str | bool | int) and setting.default != "":
        written = isinstance(setting.default, bool) or schema["type"] == "integer"
        schema["default"] = setting.default if written else setting.kind.show(setting.default)
    return schema


def _describe(kind: tables.Tables, schema: values.Schema) -> None:
    """Says of each key of an array of tables what it is."""
    said = page.texts(options)[kind.made.__name__]
    for column in kind.columns:
        about = {"description": _sentence(said.get(column.field, ""))}
        schema["items"]["properties"][column.name] |= about


def _sentence(words: str) -> str:
    return " ".join(words.split())
