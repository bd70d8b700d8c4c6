"""Every number of Amazon S3 that this service keeps, each with where AWS says it."""

from __future__ import annotations

INLINE_SIZE = 32 * 1024
"""Bytes up to which a body is kept in the database. Ours: beside a row it costs one read, a file costs an open and an fsync."""

KEY_SIZE = 1024
"""Bytes of a key in UTF-8. https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html"""

PUT_SIZE = 5 * 1024**3
"""Bytes of one PutObject, UploadPart or copy. https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html"""

OBJECT_SIZE = 50 * 1024**4
"""Bytes of an object made of parts. https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html"""

PART_SIZE_MIN = 5 * 1024**2
"""Bytes of every part but the last. https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html"""

PARTS = 10_000
"""Parts of an upload, and the highest part number. https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html"""

PAGE = 1000
"""Entries of one page of any listing of keys, versions, parts or uploads.
https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html"""

MAX_KEYS = 2**31 - 1
"""The largest number that a page may be asked for. https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjects.html"""

DELETE_KEYS = 1000
"""Keys of one DeleteObjects. https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html"""

METADATA_SIZE = 2048
"""Bytes of all names and values of user metadata.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html#UserMetadata"""

OBJECT_TAGS = 10
"""Tags of an object. https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html"""

BUCKET_TAGS = 50
"""Tags of a bucket. https://docs.aws.amazon.com/AmazonS3/latest/userguide/CostAllocTagging.html"""

TAG_KEY = 128
"""Characters of a tag's key. https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html"""

TAG_VALUE = 256
"""Characters of a tag's value. https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html"""

BUCKETS = 10_000
"""General purpose buckets of an account. https://docs.aws.amazon.com/general/latest/gr/s3.html#limits_s3"""

BUCKETS_PAGE = 10_000
"""Buckets of one page. https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html"""

CORS_RULES = 100
"""Rules of a bucket. https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketCors.html"""

CORS_SIZE = 64 * 1024
"""Bytes of a bucket's rules. https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketCors.html"""

CORS_ID = 255
"""Characters of a rule's name. https://docs.aws.amazon.com/AmazonS3/latest/API/API_CORSRule.html"""

REDIRECT_LENGTH = 2048
"""Characters of a website redirect location.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/how-to-page-redirect.html"""

NOTIFICATIONS = 100
"""Event notification configurations of a bucket. https://docs.aws.amazon.com/general/latest/gr/s3.html#limits_s3"""

NOTIFICATION_ID = 255
"""Characters of the name of one, as of a rule of cross-origin requests or of a life cycle; unrecorded."""

COMPLETED_S = 24 * 3600.0
"""Seconds for which a finished upload answers a repeated CompleteMultipartUpload. Ours: AWS names no time.
https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html"""
