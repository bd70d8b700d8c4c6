"""Errors of Amazon S3: code, status and text.

https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList lists codes and statuses; further members of an
error (Key, BucketName, ArgumentName ...) stand in its XML beside them:
https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#RESTErrorResponses
"""

from __future__ import annotations

from homeport.aws.protocol.call import AwsError, ErrorKind

ACCESS_DENIED = ErrorKind("AccessDenied", 403, "Access Denied")
ACCESS_FORBIDDEN = ErrorKind("AccessForbidden", 403, "CORSResponse: Access forbidden.")
ACL_NOT_SUPPORTED = ErrorKind(
    "AccessControlListNotSupported", 400, "The bucket does not allow ACLs"
)
BAD_DIGEST = ErrorKind(
    "BadDigest", 400, "The Content-MD5 you specified did not match what we received."
)
BAD_REQUEST = ErrorKind("BadRequest", 400, "Bad Request")
BUCKET_ALREADY_EXISTS = ErrorKind(
    "BucketAlreadyExists",
    409,
    "The requested bucket name is not available. The bucket namespace is shared by all users of the system. "
    "Please select a different name and try again.",
)
BUCKET_ALREADY_OWNED_BY_YOU = ErrorKind(
    "BucketAlreadyOwnedByYou",
    409,
    "Your previous request to create the named bucket succeeded and you already own it.",
)
BUCKET_NOT_EMPTY = ErrorKind("BucketNotEmpty", 409, "The bucket you tried to delete is not empty")
ENTITY_TOO_LARGE = ErrorKind(
    "EntityTooLarge", 400, "Your proposed upload exceeds the maximum allowed size"
)
ENTITY_TOO_SMALL = ErrorKind(
    "EntityTooSmall", 400, "Your proposed upload is smaller than the minimum allowed size"
)
ILLEGAL_LOCATION = ErrorKind(
    "IllegalLocationConstraintException",
    400,
    "The unspecified location constraint is incompatible for the region specific endpoint this request was sent to.",
)
ILLEGAL_VERSIONING = ErrorKind(
    "IllegalVersioningConfigurationException",
    400,
    "The Versioning element must be specified",
)
INCOMPLETE_BODY = ErrorKind(
    "IncompleteBody",
    400,
    "You did not provide the number of bytes specified by the Content-Length HTTP header",
)
INVALID_ACL_WITH_OWNERSHIP = ErrorKind(
    "InvalidBucketAclWithObjectOwnership",
    400,
    "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting",
)
INVALID_ARGUMENT = ErrorKind("InvalidArgument", 400, "Invalid Argument")
INVALID_BUCKET_NAME = ErrorKind("InvalidBucketName", 400, "The specified bucket is not valid.")
INVALID_LOCATION = ErrorKind(
    "InvalidLocationConstraint", 400, "The specified location-constraint is not valid"
)
INVALID_PART = ErrorKind(
    "InvalidPart",
    400,
    "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified "
    "entity tag may not match the part's entity tag.",
)
INVALID_PART_NUMBER = ErrorKind(
    "InvalidPartNumber", 416, "The requested partnumber is not satisfiable"
)
INVALID_PART_ORDER = ErrorKind(
    "InvalidPartOrder",
    400,
    "The list of parts was not in ascending order. Parts must be ordered by part number.",
)
INVALID_RANGE = ErrorKind("InvalidRange", 416, "The requested range is not satisfiable")
INVALID_REDIRECT = ErrorKind(
    "InvalidRedirectLocation",
    400,
    "The website redirect location must have a prefix of 'http://' or 'https://' or '/'.",
)
INVALID_REQUEST = ErrorKind("InvalidRequest", 400, "Invalid Request")
INVALID_STORAGE_CLASS = ErrorKind(
    "InvalidStorageClass", 400, "The storage class you specified is not valid"
)
INVALID_TAG = ErrorKind("InvalidTag", 400, "The TagKey you have provided is invalid")
INVALID_URI = ErrorKind("InvalidURI", 400, "Couldn't parse the specified URI.")
KEY_TOO_LONG = ErrorKind("KeyTooLongError", 400, "Your key is too long")
MALFORMED_ACL = ErrorKind(
    "MalformedACLError",
    400,
    "The XML you provided was not well-formed or did not validate against our published schema",
)
MALFORMED_XML = ErrorKind(
    "MalformedXML",
    400,
    "The XML you provided was not well-formed or did not validate against our published schema",
)
METADATA_TOO_LARGE = ErrorKind(
    "MetadataTooLarge", 400, "Your metadata headers exceed the maximum allowed metadata size"
)
METHOD_NOT_ALLOWED = ErrorKind(
    "MethodNotAllowed", 405, "The specified method is not allowed against this resource."
)
MISSING_CONTENT_LENGTH = ErrorKind(
    "MissingContentLength", 411, "You must provide the Content-Length HTTP header."
)
NOT_IMPLEMENTED = ErrorKind(
    "NotImplemented",
    501,
    "A header you provided implies functionality that is not implemented",
)
NO_SUCH_BUCKET = ErrorKind("NoSuchBucket", 404, "The specified bucket does not exist")
NO_SUCH_BUCKET_POLICY = ErrorKind("NoSuchBucketPolicy", 404, "The bucket policy does not exist")
NO_SUCH_CORS = ErrorKind("NoSuchCORSConfiguration", 404, "The CORS configuration does not exist")
NO_SUCH_KEY = ErrorKind("NoSuchKey", 404, "The specified key does not exist.")
NO_SUCH_LIFECYCLE = ErrorKind(
    "NoSuchLifecycleConfiguration", 404, "The lifecycle configuration does not exist"
)
NO_SUCH_OBJECT_LOCK = ErrorKind(
    "ObjectLockConfigurationNotFoundError",
    404,
    "Object Lock configuration does not exist for this bucket",
)
NO_SUCH_OWNERSHIP = ErrorKind(
    "OwnershipControlsNotFoundError", 404, "The bucket ownership controls were not found"
)
NO_SUCH_PUBLIC_ACCESS_BLOCK = ErrorKind(
    "NoSuchPublicAccessBlockConfiguration",
    404,
    "The public access block configuration was not found",
)
NO_SUCH_REPLICATION = ErrorKind(
    "ReplicationConfigurationNotFoundError",
    404,
    "The replication configuration was not found",
)
NO_SUCH_TAG_SET = ErrorKind("NoSuchTagSet", 404, "The TagSet does not exist")
NO_SUCH_UPLOAD = ErrorKind(
    "NoSuchUpload",
    404,
    "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.",
)
NO_SUCH_VERSION = ErrorKind("NoSuchVersion", 404, "The specified version does not exist.")
NO_SUCH_WEBSITE = ErrorKind(
    "NoSuchWebsiteConfiguration",
    404,
    "The specified bucket does not have a website configuration",
)
PRECONDITION_FAILED = ErrorKind(
    "PreconditionFailed", 412, "At least one of the pre-conditions you specified did not hold"
)
SLOW_DOWN = ErrorKind("SlowDown", 503, "Please reduce your request rate.")
TOO_MANY_BUCKETS = ErrorKind(
    "TooManyBuckets", 400, "You have attempted to create more buckets than allowed"
)


def argument(name: str, value: object, message: str) -> AwsError:
    """`InvalidArgument` with the argument that is wrong."""
    return INVALID_ARGUMENT(message, ArgumentName=name, ArgumentValue=str(value))


def header_not_implemented(header: str) -> AwsError:
    """`NotImplemented` with the header that asks for it."""
    return NOT_IMPLEMENTED(Header=header)


def precondition_failed(condition: str) -> AwsError:
    """`PreconditionFailed` with the header that did not hold."""
    return PRECONDITION_FAILED(Condition=condition)
