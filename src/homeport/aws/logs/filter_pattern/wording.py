"""What a pattern becomes, and how AWS says that it is none."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from homeport.aws.logs import errors
from homeport.aws.protocol.call import AwsError

Match = Callable[[str], Mapping[str, str] | None]
"""What a message has of the values that the pattern names; None where it does not match."""


def invalid(text: str = "Invalid filter pattern") -> AwsError:
    """A pattern that cannot be read: https://github.com/aws/aws-toolkit-jetbrains/issues/3219"""
    return errors.INVALID_PARAMETER(text)


def invalid_term(term: str) -> AwsError:
    """One word of it that cannot be: https://github.com/dougmoscrop/serverless-plugin-log-subscription/issues/47"""
    return invalid(f"Invalid character(s) in term '{term}'")
