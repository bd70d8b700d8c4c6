"""ARNs of backups, exports and imports: those of their tables with a kind and an id.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html#amazondynamodb-resources-for-iam-policies
"""

from __future__ import annotations

import re

from homeport.aws.dynamodb.backups import errors
from homeport.aws.protocol.call import Call

_ARN = re.compile(
    r"arn:aws[a-z-]*:dynamodb:([a-z0-9-]+):(\d{12}):table/([a-zA-Z0-9_.-]{3,255})/([a-z]+)/([^/]+)"
)
_TABLE = re.compile(r"arn:aws[a-z-]*:dynamodb:([a-z0-9-]+):(\d{12}):table/([a-zA-Z0-9_.-]{3,255})")


def make(table_arn: str, kind: str, now_ms: int, unique: str) -> str:
    """A new ARN; its id is the time in milliseconds and the last eight hexadecimal digits of something unique."""
    return f"{table_arn}/{kind}/{now_ms:014d}-{unique[-8:]}"


def check(call: Call, arn: str, kind: str) -> str:
    """The ARN with the region in which the call looks, as AWS disregards that of the ARN of a backup.

    Raises ValidationException for what is no such ARN, AccessDeniedException for another account's.
    https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/backup.md#ddb-backup-012
    """
    found = _ARN.fullmatch(arn)
    if found is None or found[4] != kind:
        raise errors.validation(f"Invalid {kind.capitalize()} ARN")
    if found[2] != call.account:
        raise errors.ACCESS_DENIED()
    return arn


def table_of(arn: str) -> tuple[str, str, str] | None:
    """Account, region and name in the ARN of a table; None for what is none."""
    found = _TABLE.fullmatch(arn)
    return None if found is None else (found[2], found[1], found[3])


def source_of(arn: str) -> str:
    """The ARN of the table in the ARN of its backup."""
    return arn.rsplit("/", 2)[0]


def region_of(arn: str) -> str:
    """The region in an ARN."""
    return arn.split(":")[3]
