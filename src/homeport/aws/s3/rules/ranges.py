"""Byte ranges. https://www.rfc-editor.org/rfc/rfc9110#name-range"""

from __future__ import annotations

from typing import NamedTuple

from homeport.aws.s3 import errors

_MAX_DIGITS = 19
_BEYOND = 10**_MAX_DIGITS


class Span(NamedTuple):
    """The bytes from `first` to `last`, both included."""

    first: int
    last: int


def parse(header: str, size: int) -> Span | None:
    """The part of an object that a Range header asks for; None for all of it.

    A header of another form, or with several ranges, asks for the whole: S3 gives one range at a time
    (https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html). Raises `InvalidRange`.
    """
    unit, _, text = header.partition("=")
    first, dash, last = text.strip().partition("-")
    first, last = first.strip(), last.strip()
    if unit.strip().lower() != "bytes" or not dash or not _are_numbers(first, last):
        return None
    if first and last and _number(first) > _number(last):
        return None
    span = _suffix(_number(last), size) if not first else _from(_number(first), last, size)
    if span is None:
        raise errors.INVALID_RANGE(ActualObjectSize=str(size), RangeRequested=header)
    return span


def _are_numbers(first: str, last: str) -> bool:
    text = first + last
    return text.isascii() and text.isdigit()


def _number(digits: str) -> int:
    """The number, as far as any object reaches: reading longer ones would take its time."""
    significant = digits.lstrip("0")
    return int(significant or "0") if len(significant) <= _MAX_DIGITS else _BEYOND


def _suffix(length: int, size: int) -> Span | None:
    if not length or not size:
        return None
    return Span(max(0, size - length), size - 1)


def _from(first: int, last: str, size: int) -> Span | None:
    if first >= size:
        return None
    return Span(first, min(_number(last), size - 1) if last else size - 1)


def parse_copy(header: str, size: int) -> Span:
    """The range of UploadPartCopy: exactly `bytes=FIRST-LAST`, inside the source.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPartCopy.html
    """
    first, dash, last = header.removeprefix("bytes=").partition("-")
    is_range = header.startswith("bytes=") and dash and first and last
    if not is_range or not _are_numbers(first, last) or _number(first) > _number(last):
        raise errors.argument(
            "x-amz-copy-source-range",
            header,
            "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are "
            "the zero-based offsets of the first and last bytes to copy",
        )
    if _number(last) >= size:
        raise errors.argument(
            "x-amz-copy-source-range",
            header,
            f"Range specified is not valid for source object of size: {size}",
        )
    return Span(_number(first), _number(last))
