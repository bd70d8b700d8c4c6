"""What is said to a person: terraform and tofu write texts of a provider to the terminal as they are, whoever wrote them."""

from __future__ import annotations

import re
from typing import Any

_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""What moves the cursor, and what has other text read backwards: https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing"""
LONGEST = 20_000
"""Signs of one text; more nobody reads."""


def fit(text: str) -> str:
    """A text fit to be shown: what others wrote in it moves no cursor, and it ends."""
    found = _CONTROLS.sub(lambda sign: sign[0].encode("unicode_escape").decode(), text)
    more = len(found) - LONGEST
    return f"{found[:LONGEST]}... and {more} signs more" if more > 0 else found


def cleanly(response: Any) -> Any:
    """An answer of the protocol with all that it says fit to be shown."""
    for each in getattr(response, "diagnostics", ()):
        each.summary, each.detail = fit(each.summary), fit(each.detail)
    return response
