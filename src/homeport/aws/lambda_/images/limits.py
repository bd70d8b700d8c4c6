"""Limits of container images. Those without a link are our own."""

from __future__ import annotations

MIB = 1024 * 1024

IMAGE_BYTES = 10 * 1024 * MIB
"""Of all layers, uncompressed: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""
MANIFEST_BYTES = 4 * MIB
"""https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pushing-manifests"""
CONFIG_BYTES = 4 * MIB
LAYERS = 127
"""What Docker stacks: https://github.com/moby/moby/pull/2897"""
ENTRIES = 500_000
"""Files, folders and links of all layers. AWS names no limit; an image for machine learning has 100,000."""
NAME_BYTES = 255
PATH_BYTES = 2048
"""Linux has 255 and 4,096, where the folder's own path must fit too: https://man7.org/linux/man-pages/man3/pathconf.3.html"""
LINKS = 40
"""Symbolic links in one path: https://man7.org/linux/man-pages/man7/path_resolution.7.html"""
DEPTH = 256
"""Folders within folders. What removes them again goes down by calls of itself."""
BLOCK = 4096
"""What an entry takes on disk at least, and in steps of which it takes more."""
PIECE = 1 * MIB
HEADER_BYTES = 8 * MIB
"""Of one extended header of an archive, which is held in memory."""
KEPT_BYTES = 4 * 1024 * MIB
"""Of unpacked images that nobody runs; those that were used last stay."""
PULLS = 4
"""Images that are pulled at the same time."""
KNOWN = 256
"""Images whose configuration is held in memory."""
CONNECT_S = 10.0
READ_S = 60.0
"""How long the registry may be silent."""
