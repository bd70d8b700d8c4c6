"""Access control lists. Every bucket and object is its owner's alone, so only lists that say so are taken.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
"""

from __future__ import annotations

from typing import Any

from homeport.aws.protocol.call import Params
from homeport.aws.s3 import errors

ENFORCED = "BucketOwnerEnforced"
"""The ownership of a new bucket, under which there are no lists."""

WRITER = "ObjectWriter"
OWNERSHIPS = frozenset({ENFORCED, "BucketOwnerPreferred", WRITER})

_OWNERS_ALONE = frozenset({"private", "bucket-owner-full-control", "bucket-owner-read"})
_PUBLIC = frozenset({"public-read", "public-read-write", "authenticated-read"})
_CANNED = _OWNERS_ALONE | _PUBLIC | {"aws-exec-read", "log-delivery-write"}
_GRANTS = ("GrantFullControl", "GrantRead", "GrantReadACP", "GrantWrite", "GrantWriteACP")


def check_object(params: Params, ownership: str) -> None:
    """The list given with an object. Raises `AccessControlListNotSupported`, `NotImplemented`."""
    _check(params, ownership, ("bucket-owner-full-control",))


def check_new_bucket(params: Params, ownership: str) -> None:
    """The list given with a new bucket. Raises `InvalidBucketAclWithObjectOwnership`, `NotImplemented`."""
    if ownership not in OWNERSHIPS:
        raise errors.argument(
            "x-amz-object-ownership", ownership, "Invalid x-amz-object-ownership header"
        )
    if ownership == ENFORCED and (params.get("ACL", "private") != "private" or _grants(params)):
        raise errors.INVALID_ACL_WITH_OWNERSHIP()
    _check(params, ownership, ("private",))


def check_change(params: Params, ownership: str) -> None:
    """The list that is put on a bucket or an object. Raises `AccessControlListNotSupported`, `NotImplemented`."""
    if "AccessControlPolicy" in params:
        if ownership == ENFORCED:
            raise errors.ACL_NOT_SUPPORTED()
        raise errors.NOT_IMPLEMENTED("Only canned lists of the owner alone are implemented")
    if "ACL" not in params and not _grants(params):
        raise errors.MALFORMED_ACL()
    _check(params, ownership, ())


def _grants(params: Params) -> str:
    return next((name for name in _GRANTS if name in params), "")


def _check(params: Params, ownership: str, taken: tuple[str, ...]) -> None:
    canned, grant = params.get("ACL"), _grants(params)
    if canned is None and not grant:
        return
    if canned is not None and canned not in _CANNED:
        raise errors.argument("x-amz-acl", canned, "")
    if canned in taken and not grant:
        return
    if ownership == ENFORCED:
        raise errors.ACL_NOT_SUPPORTED()
    if grant or canned not in _OWNERS_ALONE:
        raise errors.header_not_implemented("x-amz-grant" if grant else "x-amz-acl")


def owners_alone(owner: dict[str, str]) -> dict[str, Any]:
    """The list that every bucket and object has."""
    grantee = {**owner, "Type": "CanonicalUser"}
    return {"Owner": owner, "Grants": [{"Grantee": grantee, "Permission": "FULL_CONTROL"}]}
