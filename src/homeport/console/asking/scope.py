"""Whose things of the local AWS are shown: an account and a region, which stand at the beginning of a page's address."""

from __future__ import annotations

import re
from typing import NamedTuple

ACCOUNT, REGION = "000000000000", "us-east-1"
"""Where a program of a developer works, if it says nothing else: https://docs.localstack.cloud/aws/capabilities/networking/"""

_ACCOUNT = re.compile(r"[0-9]{12}", re.ASCII)
"""https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-identifiers.html"""
_REGION = re.compile(r"(?![0-9]+$)(?!-)[a-z0-9-]{1,32}(?<!-)", re.ASCII)
"""What a client can ask for: it stands in names of hosts, so botocore takes none of digits alone, and none with a hyphen at an end."""


class Scope(NamedTuple):
    """An account and a region of it."""

    account: str = ACCOUNT
    region: str = REGION

    @property
    def path(self) -> str:
        """What stands before the addresses of its pages."""
        return f"/in/{self.account}/{self.region}"


def read(account: str, region: str) -> Scope | None:
    """The scope of two words; None where they name none."""
    is_one = _ACCOUNT.fullmatch(account) and _REGION.fullmatch(region)
    return Scope(account, region) if is_one else None
