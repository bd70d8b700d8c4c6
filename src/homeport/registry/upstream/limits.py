"""How much another registry may make this one hold, wait for and ask, each number with where it comes from."""

from __future__ import annotations

KIB = 1024
MIB = 1024 * KIB

TOKEN_BYTES = 64 * KIB
"""Largest answer of a token server; tokens are sent in a header, which servers limit to a few KiB.
https://distribution.github.io/distribution/spec/auth/token/#token-response-fields"""

LIST_BYTES = 4 * MIB
"""Largest page of tags or referrers, as of a manifest: https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pushing-manifests"""

FIELD_CHARS = 8 * KIB
"""What is read of a header field: https://www.rfc-editor.org/rfc/rfc9110#section-5.4 (servers take some KiB)"""

CONNECT_S = 5.0
"""Seconds for a connection."""

READ_S = 30.0
"""Seconds without a byte of the answer."""

SMALL_ANSWER_S = 60.0
"""Seconds for the whole of an answer that is held in memory: one that comes byte by byte must not hold a thread for ever."""

REDIRECTS = 5
"""As the Fetch standard's and curl's are larger, and registries use one or two: https://www.rfc-editor.org/rfc/rfc9110#section-15.4"""

TOKENS = 1000
"""Tokens that are remembered for an upstream, one for each repository."""

TOKEN_S = 60.0
"""How long a token holds that does not say so: https://distribution.github.io/distribution/spec/auth/token/#token-response-fields"""

TOKEN_MARGIN_S = 10.0
"""Before its end a token is not used any more: the request must still arrive."""

THREADS = 32
"""Requests under way to one upstream."""

FETCHES = 24
"""Blobs on their way from one upstream; more wait for their turn. The rest of the threads is for manifests and tokens, which are quick.
Clients ask for three at a time: https://docs.docker.com/reference/cli/dockerd/ (max-concurrent-downloads)"""

WAITING = 1000
"""Requests of clients that may wait for one upstream; more get 429: https://www.rfc-editor.org/rfc/rfc6585#section-4"""

FAILURE_S = 1.0
"""Seconds in which an upstream that failed is not asked for the same again."""

LIMITED_S = 60.0
"""The most seconds for which an upstream's `Retry-After` is kept to: https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3"""

FAILURES = 10_000
"""Failures that are remembered, over all tags of an upstream."""

WARN_S = 60.0
"""Seconds between two lines in the log about failures of an upstream."""

PIECE = 256 * KIB
"""Read from an upstream, or from the file, at a time."""

AHEAD = MIB
"""Bytes that an upstream may be ahead of the file."""

WINDOW = MIB
"""The latest bytes of a blob that stay in memory, for the clients that keep up."""

HELD = 4 * MIB
"""Bytes of a blob that can not be stored which are held for the slowest client."""

FINISHED_ANYWAY = 32 * MIB
"""Where no more than this is missing of a blob that nobody waits for any more, it is fetched to its end all the same."""
