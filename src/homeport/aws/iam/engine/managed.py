"""Policies that AWS manages: those that deployments often attach are known, all others can be attached by their ARN.

https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html

The known ones are in `managed.json`, by path and name, with the actions that they allow. Their documents are one statement each:
what AWS restricts to some resources or puts under conditions is not told, as nothing is enforced.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from functools import cache
from pathlib import Path

from homeport.aws.iam.engine.entity import POLICY, Entity

FILE = Path(__file__).with_name("managed.json")
OWNER = "aws"
CREATED_AT = 1_423_180_800
"""2015-02-06, when AWS began to manage policies: https://aws.amazon.com/blogs/aws/new-managed-policies-for-aws-identity-access-management/"""
_ARN = re.compile(r"arn:aws[a-z-]*:iam::aws:policy(/(?:[!-.0-~]+/)*)([A-Za-z0-9_+=,.@-]{1,128})")


@cache
def _known() -> dict[str, tuple[str, list[str]]]:
    paths: dict[str, dict[str, list[str]]] = json.loads(FILE.read_text(encoding="utf-8"))
    return {
        name: (path, actions) for path, names in paths.items() for name, actions in names.items()
    }


def is_managed(arn: str) -> bool:
    """Whether this is the ARN of a policy of AWS that can be attached: any, but not a known one with a wrong path."""
    found = _ARN.fullmatch(arn)
    if found is None:
        return False
    known = _known().get(found[2])
    return known is None or known[0] == found[1]


def is_known(arn: str) -> bool:
    """Whether the policy itself can be shown."""
    found = _ARN.fullmatch(arn)
    return found is not None and _known().get(found[2], ("",))[0] == found[1]


def policy(arn: str) -> Entity:
    """A policy of AWS. Raises `ValueError` where the ARN is of none."""
    found = _ARN.fullmatch(arn)
    if found is None:
        raise ValueError(arn)
    digest = hashlib.sha256(arn.encode()).digest()
    id_ = POLICY.prefix + base64.b32encode(digest).decode()[:17]
    return Entity(POLICY, OWNER, found[2], found[1], id_, CREATED_AT, {"DefaultVersion": 1})


def document(arn: str) -> str:
    """The document of a known policy."""
    actions = _known()[arn.rpartition("/")[2]][1]
    statement = {"Effect": "Allow", "Action": actions, "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]}, indent=4)


def all_known() -> list[Entity]:
    """The known policies, by name."""
    return [
        policy(f"arn:aws:iam::aws:policy{path}{name}")
        for name, (path, _) in sorted(_known().items())
    ]
