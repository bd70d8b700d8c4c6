"""Limits of AWS Lambda, and some of our own.

https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html where no other link is given.
"""

from __future__ import annotations

MIB = 1024 * 1024

ZIPPED = 50 * MIB
"""Bytes of an archive that is sent with the request."""
UNZIPPED = 250 * MIB
"""Bytes of a function's files, those of its layers among them."""
TOTAL_CODE = 75 * 1024 * MIB
"""Bytes of all archives of an account in one region."""
TIMEOUT_S = 900
MEMORY_MB = 10_240
EPHEMERAL_MB = 10_240
"""The packaged model allows more, for functions on managed instances and with accelerators, which are not there:
https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html"""
ENVIRONMENT_BYTES = 4096
LAYERS = 5
NAME = 64
"""https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html#lambda-CreateFunction-request-FunctionName"""

CONCURRENCY = 1000
"""Of an account in one region, as long as nobody asks for more."""
UNRESERVED = 100
"""What must be left for functions that reserve nothing:
https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html"""

POLICY_BYTES = 20_480
TAGS = 50
"""https://docs.aws.amazon.com/lambda/latest/dg/configuration-tags.html"""
TAG_KEY = 128
TAG_VALUE = 256
FILTERS = 5
"""Of a mapping: https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html"""

PAGE = 50
"""Functions, versions, aliases and layers that one answer lists at most:
https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html"""
MAPPINGS_PAGE = 100
"""https://docs.aws.amazon.com/lambda/latest/api/API_ListEventSourceMappings.html"""

RETRIES = 2
EVENT_AGE_S = 21_600
"""https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html"""

BATCH_FIFO = 10
BATCH_WITHOUT_WINDOW = 10
"""https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html"""

LOCATION_S = 600
"""How long the URL of a package leads to it: https://docs.aws.amazon.com/lambda/latest/api/API_FunctionCodeLocation.html"""

# Our own.
ENTRIES = 100_000
"""Files and folders in an archive. AWS names no limit; each takes half a KiB of memory while the archive is read."""
DIRECTORY_BYTES = 12 * MIB
"""Of an archive's table of contents, as what it says of its own entries need not be true."""
SYMLINK_BYTES = 4096
"""PATH_MAX: https://man7.org/linux/man-pages/man7/path_resolution.7.html"""
CACHED_FUNCTIONS = 4096
"""Functions whose versions and aliases are held in memory."""
NAME_BYTES = 255
PATH_BYTES = 2048
"""Of a file in an archive; Linux has 255 and 4,096, where the folder's own path must fit too:
https://man7.org/linux/man-pages/man3/pathconf.3.html"""
