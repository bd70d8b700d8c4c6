"""How much is read to tell what a manifest is, each number with its reason. Whoever pushes chooses what is read."""

from __future__ import annotations

CONFIG_BYTES = 1024 * 1024
"""Largest config that is read; of a larger one nothing is known. Those of images have some 10 KB, of which most is their history:
https://github.com/opencontainers/image-spec/blob/v1.1.1/config.md"""

CHILDREN = 1000
"""Manifests of an index that are looked into, of which real ones have two for each platform."""

CHILDREN_BYTES = 8 * 1024 * 1024
"""Bytes of these that are read: twice the largest manifest, `homeport.registry.limits.MANIFEST_BYTES`."""

NESTING = 4
"""Indexes in indexes that are looked into."""

PLATFORMS = 64
"""Platforms that are kept of one manifest. Official images have up to twelve."""

BYTES = 2**53 - 1
"""The largest size that is believed, and that JSON's readers keep apart from its neighbours:
https://www.rfc-editor.org/rfc/rfc8259#section-6"""

FIRST_SIGHT = 64
"""Manifests that one request looks into, which takes some 15 ms; the rest is done beside it."""

BATCH = 32
"""Manifests that are looked into between two rests."""

BATCH_BYTES = 8 * 1024 * 1024
"""Bytes of manifests that one batch reads, but for its first one."""

REST_S = 0.1
"""The rest between two batches: some four hundredths of a core are taken, and a hundred thousand manifests take six minutes, once."""

DELAY_S = 1.0
"""How long after a push it begins: what is pushed together is looked into together."""

LISTED = 1000
"""Children, parents and tags that are shown of one image."""
