"""Names of functions: bare, as a part of an ARN, or as a whole ARN, each with or without a qualifier.

https://docs.aws.amazon.com/lambda/latest/api/API_GetFunction.html#lambda-GetFunction-request-FunctionName
"""

from __future__ import annotations

import re
from typing import NamedTuple

from homeport.aws.lambda_ import errors
from homeport.aws.lambda_.model import LATEST, Function
from homeport.aws.protocol.call import Call, Params

_NAME = re.compile(
    r"(?:arn:(?:aws[a-zA-Z-]*)?:lambda:)?(?:(?P<region>(?:eusc-)?[a-z]{2}(?:-gov|-iso[a-z]?)?-[a-z]+-\d):)?"
    r"(?:(?P<account>\d{12}):)?(?:function:)?(?P<name>[a-zA-Z0-9._-]+)(?::(?P<qualifier>[a-zA-Z0-9._$-]+))?"
)
_NUMBER = re.compile(r"[0-9]+")
_ALIAS = re.compile(r"(?![0-9]+\Z)[a-zA-Z0-9_-]+")
MISMATCH = "The derived qualifier from the function name does not match the specified qualifier."


class Target(NamedTuple):
    """What a request names."""

    function: Function
    qualifier: str | None = None
    """An alias or a version; None where none is named."""

    @property
    def arn(self) -> str:
        """The ARN as it was asked for."""
        return self.function.arn if self.qualifier is None else self.qualified(self.qualifier)

    @property
    def effective(self) -> str:
        """The qualifier, `$LATEST` where none is named."""
        return self.qualifier or LATEST

    def qualified(self, qualifier: str) -> str:
        """The ARN with a qualifier."""
        return f"{self.function.arn}:{qualifier}"


def parse(text: str, account: str, region: str) -> Target:
    """What a name leads to, for a caller of an account and region. The text is one that the model allows."""
    found = _NAME.fullmatch(text)
    if found is None:
        return Target(Function(account, region, text))
    where = found["region"] or region
    if where != region:
        # test_get_function_wrong_region
        raise errors.NOT_FOUND(
            f"Functions from '{where}' are not reachable in this region ('{region}')"
        )
    return Target(Function(found["account"] or account, region, found["name"]), found["qualifier"])


def target(call: Call, params: Params, *, member: str = "FunctionName") -> Target:
    """What the parameters of an operation name. Raises where name and `Qualifier` differ, or the account is another's."""
    found = parse(params[member], call.account, call.region)
    explicit = params.get("Qualifier")
    if explicit and found.qualifier is not None and explicit != found.qualifier:
        raise errors.INVALID(MISMATCH)
    found = found._replace(qualifier=found.qualifier or explicit or None)
    if found.function.account != call.account:
        raise errors.access_denied(call.account, call.operation, found.arn)
    return found


def is_number(qualifier: str) -> bool:
    """Whether a qualifier names a published version."""
    return _NUMBER.fullmatch(qualifier) is not None


def is_alias(qualifier: str) -> bool:
    """Whether a qualifier could name an alias."""
    return _ALIAS.fullmatch(qualifier) is not None
