"""Buckets of a test."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

import pytest
from tests.console.standing import Standing


@pytest.fixture
def s3(standing: Standing) -> Any:
    """A client of the cloud."""
    return standing.client("s3")


@pytest.fixture
def make(s3: Any) -> Callable[..., str]:
    """Makes a bucket with objects: `make("a/b", "c", versions=True)`; its name."""

    def made(*keys: str, body: bytes = b"x", versions: bool = False, **said: Any) -> str:
        name = f"bucket-{secrets.token_hex(6)}"
        s3.create_bucket(Bucket=name)
        if versions:
            s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
        for key in keys:
            s3.put_object(Bucket=name, Key=key, Body=body, **said)
        return name

    return made


@pytest.fixture
def names(s3: Any) -> Callable[[str], list[str]]:
    """The keys in a bucket."""

    def read(bucket: str) -> list[str]:
        pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
        return [each["Key"] for page in pages for each in page.get("Contents", [])]

    return read
