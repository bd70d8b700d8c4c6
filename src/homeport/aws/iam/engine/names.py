"""Names and paths, and AWS's words for those that cannot be.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-names
"""

from __future__ import annotations

import re
from typing import Any

from homeport.aws.iam import errors
from homeport.aws.protocol.call import AwsError

_NAME = re.compile(r"[A-Za-z0-9_+=,.@-]+")
_PATH = re.compile(r"/|/[!-~]+/")
_POLICY_PATH = re.compile(r"(/[A-Za-z0-9.,+@=_-]+)*/")
_PREFIX = re.compile(r"/[!-\x7f]*")
_TEXT = re.compile(r"[\t\n\r -\xff]+")
_NAMES = ("RoleName", "UserName", "NewUserName", "GroupName", "NewGroupName", "PolicyName")


def check(params: dict[str, Any]) -> None:
    """Raises where a name, a path or a policy document in the parameters has characters that it must not have."""
    for member in (*_NAMES, "InstanceProfileName"):
        value = params.get(member)
        if value is not None and not _NAME.fullmatch(value):
            raise _invalid(
                member, "It must contain only alphanumeric characters and/or the following: +=,.@_-"
            )
    for member in ("Path", "NewPath"):
        if not _PATH.fullmatch(params.get(member, "/")):
            raise _bad_path(member)
    if not _PREFIX.fullmatch(params.get("PathPrefix", "/")):
        # What AWS says of a prefix was not recorded.
        raise _bad_path("PathPrefix")
    for member in ("PolicyDocument", "AssumeRolePolicyDocument"):
        if not _TEXT.fullmatch(params.get(member, " ")):
            raise _invalid(member, "It must contain only printable ASCII characters.")


def check_policy_path(path: str) -> None:
    """Raises where a managed policy cannot have this path: fewer characters are allowed than in others."""
    if not _POLICY_PATH.fullmatch(path):
        raise _bad_path("Path")


def _bad_path(member: str) -> AwsError:
    return _invalid(
        member,
        "It must begin and end with / and contain only alphanumeric characters and/or / characters.",
    )


def _invalid(member: str, rule: str) -> AwsError:
    shown = member[0].lower() + member[1:]
    return errors.VALIDATION(f"The specified value for {shown} is invalid. {rule}")
