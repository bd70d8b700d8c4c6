"""Names of parameters: what may be one, and how a version is chosen with it.

https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-su-create.html
"""

from __future__ import annotations

import re
from typing import NamedTuple

from homeport.aws.ssm import errors, limits

_NAME = re.compile(r"[a-zA-Z0-9_.-]+|(/[a-zA-Z0-9_.-]+)+")
_ARN = re.compile(r"arn:aws[a-z-]*:ssm:([a-z0-9-]+):(\d{12}):parameter(/[^:]+)(:[^:]+)?")

# https://github.com/localstack/localstack/issues/7712, https://github.com/aws/aws-sdk-php/issues/1952
UNFIT = (
    'Parameter name: can\'t be prefixed with "ssm" (case-insensitive). If formed as a path, it can consist of sub-paths '
    "divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the following 3 symbols .-_"
)
RESERVED = 'Parameter name: can\'t be prefixed with "aws" or "ssm" (case-insensitive).'
"""https://github.com/getmoto/moto/blob/master/tests/test_ssm/test_ssm.py"""
NOT_QUALIFIED = "Parameter name must be a fully qualified name."
"""https://github.com/hashicorp/terraform-provider-aws/issues/7251"""
UNFIT_PATH = (
    "The parameter doesn't meet the parameter name requirements. The parameter name must begin with a forward slash "
    '"/". It can\'t be prefixed with "aws" or "ssm" (case-insensitive). It must use only letters, numbers, or the '
    "following symbols: . (period), - (hyphen), _ (underscore). Special characters are not allowed. All sub-paths, "
    'if specified, must use the forward slash symbol "/". Valid example: /get/parameters2-/by1./path0_.'
)
"""https://github.com/aws-samples/resource-autotagger/issues/1"""


class Address(NamedTuple):
    """A parameter of someone, and the version of it that is meant."""

    account: str
    region: str
    path: str
    selector: str
    """`:3` or `:label`; nothing for the newest version."""


def path(name: str) -> str:
    """The name with a slash in front: `x` and `/x` are the same parameter."""
    return name if name.startswith("/") else f"/{name}"


def arn(account: str, region: str, parameter_path: str) -> str:
    """The ARN of a parameter."""
    return f"arn:aws:ssm:{region}:{account}:parameter{parameter_path}"


def check(name: str) -> None:
    """Raises where this can be no parameter's name."""
    if not _NAME.fullmatch(name):
        is_unqualified = "/" in name and _NAME.fullmatch(f"/{name}")
        raise errors.VALIDATION(NOT_QUALIFIED if is_unqualified else UNFIT)


def check_new(name: str, account: str, region: str) -> None:
    """Raises where a parameter cannot be made with this name."""
    check(name)
    levels = path(name).split("/")[1:]
    start = levels[0].lower()
    if start.startswith(("aws", "ssm")):
        if len(levels) == 1:
            raise errors.VALIDATION(RESERVED)
        if start.startswith("aws"):
            raise errors.ACCESS_DENIED(f"No access to reserved parameter name: {name}.")
        raise errors.VALIDATION(UNFIT)
    if len(levels) > limits.LEVELS:
        raise errors.HIERARCHY_LEVELS()
    if len(arn(account, region, path(name))) > limits.ARN_CHARACTERS:
        # The text is not recorded.
        raise errors.VALIDATION(
            f"Parameter name: can't be longer than {limits.ARN_CHARACTERS} characters with its ARN."
        )


def address(text: str, account: str, region: str) -> Address:
    """What a name or an ARN, with a version or a label behind it where one is meant, says. Raises where it says nothing.

    The ARN of another account's or region's parameter leads nowhere, as nothing is shared.
    """
    text = text.strip(" ")
    if not text.startswith("arn:"):
        return by_name(text, account, region)
    found = _ARN.fullmatch(text)
    if found is None:
        raise errors.VALIDATION(f"Invalid parameter ARN: {text}.")
    check(found[3])
    if (found[2], found[1]) != (account, region):
        raise errors.not_found(text)
    return Address(account, region, found[3], found[4] or "")


def by_name(text: str, account: str, region: str) -> Address:
    """As `address`, for operations that take no ARN, such as DeleteParameter."""
    name, colon, selector = text.strip(" ").partition(":")
    check(name)
    return Address(account, region, path(name), colon + selector)


def check_path(text: str) -> None:
    """Raises where this is no level of a hierarchy."""
    if text != "/" and not re.fullmatch(r"(/[a-zA-Z0-9_.-]+)+/?", text):
        raise errors.VALIDATION(UNFIT_PATH)
