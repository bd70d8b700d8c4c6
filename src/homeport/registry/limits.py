"""How large and how many things may be, each number with where it comes from."""

from __future__ import annotations

MANIFEST_BYTES = 4 * 1024 * 1024
"""Largest manifest: https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pushing-manifests (4 megabytes or more)"""

REFERENCES = 10_000
"""Blobs and manifests that a manifest may name: each is a row, and so many rows are written in some 40 ms, for which others wait.
Images have up to 127 layers: https://docs.docker.com/reference/dockerfile/#format"""

NAME_BYTES = 255
"""Longest repository name: clients limit host and name together to it.
https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pulling-manifests"""

TAGS_PER_PUSH = 100
"""Tags that one manifest PUT may set by `?tag=`: https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pushing-manifests (10 or more)"""

PAGE = 1000
"""Entries of a page where the client names no number, and the most that it gets of `_catalog`.
https://distribution.github.io/distribution/about/configuration/#catalog (maxentries)"""

TAGS_PAGE = 10_000
"""Most tags in one answer; not every client follows `Link`, so it is large.
https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-tags"""

REFERRERS_PAGE_BYTES = MANIFEST_BYTES
"""Most bytes of descriptors in one answer of referrers: it is an index, so what holds for a manifest holds for it.
https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-referrers"""

UPLOADS = 10_000
"""Uploads that may be under way at once: each is a row and an open session, and a client can start them for nothing."""

UPLOADS_OF_REPOSITORY = 1_000
"""Of these, those of one repository: who may push there can not keep all others from pushing."""

PASSWORD_CHECKS_WAITING = 64
"""Passwords from one address that may wait for bcrypt; more get 429: https://www.rfc-editor.org/rfc/rfc6585#section-4"""

PASSWORD_CHECKS = 1024
"""Passwords that may wait for bcrypt in all. Of more, the address gives way from which most of them come."""

CREDENTIALS = 4096
"""Verified credentials that are remembered, and as many wrong ones and tokens: some MB in all."""

DECISIONS = 32_768
"""Answers of the rules that are remembered, each for one caller and one repository: about 8 MB."""

ROBOTS = 10_000
"""Robots that there may be; they are kept in memory, some 5 MB."""

SCOPES = 32
"""Patterns that a robot may have, and scopes that a token may be asked for: the token goes with each request, in 64 KiB of fields."""

TOKEN_REQUEST_BYTES = 64 * 1024
"""Largest form of a request for a token."""

PARSE_ON_LOOP_BYTES = 128 * 1024
"""Manifests above it are parsed in a thread, so that other requests do not wait for more than about a millisecond."""

ERRORS_LISTED = 16
"""Errors in one answer at most."""
