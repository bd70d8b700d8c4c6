"""Which bucket a host name stands for in virtual-hosted-style requests.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

LOCAL = ("localhost.localstack.cloud", "localhost")
"""Names below which every name reaches this machine: RFC 6761, and the public record that LocalStack's users know."""
AWS = ("amazonaws.com.cn", "amazonaws.com")

SERVICE_LABELS = frozenset(
    ("dynamodb", "iam", "kms", "lambda", "lambda-url", "logs", "queue", "s3", "sns", "sqs", "sts")
)
"""Names of services in front of a local domain: `sqs.us-east-1.localhost` is no bucket."""


def bucket_of(host: str, base_domains: Iterable[str] = ()) -> str | None:
    """The bucket that a `Host` header names, or None where it names the server itself.

    Known are `BUCKET.s3.amazonaws.com`, `BUCKET.s3.REGION.amazonaws.com`, the same below `localhost`,
    `localhost.localstack.cloud` and each of `base_domains`; and `BUCKET` straight below the local names, below a base domain that
    begins with `s3.`, and below one that is written `*.DOMAIN`. An IP address or a plain host never names a bucket.
    """
    return _bucket_of(host, tuple(base_domains))


@lru_cache(maxsize=1024)
def _bucket_of(host: str, base_domains: tuple[str, ...]) -> str | None:
    name = host.strip().lower()
    if name.startswith("["):
        return None
    name = name.partition(":")[0].rstrip(".")
    if name.rpartition(".")[2].isdigit():
        return None
    own = [base.strip(".").lower() for base in base_domains]
    straight = {*LOCAL, *(base[2:] for base in own if base.startswith("*."))}
    for base in sorted({*own, *straight, *AWS}, key=len, reverse=True):
        if name == base:
            return None
        if name.endswith(f".{base}"):
            return _before(name[: -len(base) - 1].split("."), base, is_straight=base in straight)
    return None


def _before(labels: list[str], base: str, *, is_straight: bool) -> str | None:
    """The bucket in the labels before a base domain."""
    for index in range(len(labels) - 1, -1, -1):
        # `s3`, `s3.REGION`, `s3.dualstack.REGION`, and the old `s3-REGION`.
        if (labels[index] == "s3" or labels[index].startswith("s3-")) and len(labels) - index <= 3:
            return ".".join(labels[:index]) or None
    if base.startswith("s3."):
        return ".".join(labels)
    if is_straight and SERVICE_LABELS.isdisjoint(labels):
        return ".".join(labels)
    return None


def with_bucket(path: str, bucket: str | None) -> str:
    """The path that the route table sees: `/BUCKET/KEY` in both styles."""
    return path if bucket is None else f"/{bucket}{path}"
