"""Names of tables and indexes, and ARNs in their place.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html#HowItWorks.NamingRules
"""

from __future__ import annotations

import re

from homeport.aws.dynamodb import errors
from homeport.aws.protocol.call import Call

_NAME = re.compile(r"[a-zA-Z0-9_.-]{3,255}")
_ARN = re.compile(r"arn:[^:]+:dynamodb:([^:]+):(\d{12}):table/([a-zA-Z0-9_.-]{3,255})")

INVALID_NAME = (
    "Invalid table/index name.  Table/index names must be between 3 and 255 characters long, "
    "and may contain only the characters a-z, A-Z, 0-9, '_', '-', and '.'"
)
"""https://github.com/architect/dynalite/blob/main/validations/index.js"""


def resolve(call: Call, text: str) -> tuple[str, str, str]:
    """Account, region and name of the table that a call means by a name or an ARN. Raises ValidationException."""
    if text.startswith("arn:"):
        found = _ARN.fullmatch(text)
        if found is None:
            raise errors.VALIDATION("Invalid TableArn")
        return found[2], found[1], found[3]
    if _NAME.fullmatch(text) is None:
        raise errors.VALIDATION(INVALID_NAME)
    return call.account, call.region, text
