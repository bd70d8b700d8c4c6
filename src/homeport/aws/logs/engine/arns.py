"""Amazon Resource Names of log groups and streams.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html
"""

from __future__ import annotations

import re

_GROUP = re.compile(r"arn:aws[a-z-]*:logs:([a-z0-9-]*):(\d{12}):log-group:([^:*]+)(?::\*)?")


def group(account: str, region: str, name: str) -> str:
    """The ARN of a log group, without the `:*` that stands for its streams."""
    return f"arn:aws:logs:{region}:{account}:log-group:{name}"


def stream(account: str, region: str, name: str, stream_name: str) -> str:
    """The ARN of a log stream."""
    return f"{group(account, region, name)}:log-stream:{stream_name}"


def name_in(identifier: str, account: str, region: str) -> str | None:
    """The name of the caller's own log group that a name or an ARN says; None for a group elsewhere."""
    if not identifier.startswith("arn:"):
        return identifier
    found = _GROUP.fullmatch(identifier)
    if found is None or (found[1], found[2]) != (region, account):
        return None
    return found[3]
