"""Which bucket a host name stands for in virtual-hosted-style requests.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
"""

from __future__ import annotations

from collections.abc import Sequence


def bucket_of(host: str, base_domains: Sequence[str] = ()) -> str | None:
    """The bucket that a `Host` header names, or None where it names the server itself.

    Known are `BUCKET.s3.amazonaws.com`, `BUCKET.s3.REGION.amazonaws.com`, the same below `localhost` and
    `localhost.localstack.cloud`, and below each of `base_domains` (`s3.homelab.local` or `homelab.local`). An IP address or a plain
    host never names a bucket.
    """
    raise NotImplementedError
