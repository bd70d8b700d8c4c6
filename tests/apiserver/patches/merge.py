"""JSON merge patch: https://www.rfc-editor.org/rfc/rfc7386"""

from __future__ import annotations

from typing import Any


def apply(document: Any, patch: Any) -> Any:
    """The document after the patch."""
    if not isinstance(patch, dict):
        return patch
    merged = dict(document) if isinstance(document, dict) else {}
    for name, part in patch.items():
        if part is None:
            merged.pop(name, None)
        else:
            merged[name] = apply(merged.get(name), part)
    return merged
