"""What goes wrong in an operation, as the error that its client gets."""

from __future__ import annotations

import logging

from homeport.aws.dispatching import limits
from homeport.aws.dispatching.content_encoding import Undecodable
from homeport.aws.protocol.call import AwsError
from homeport.edge import http
from homeport.errors import StorageFull

_log = logging.getLogger(__name__)


def aws_error(wrong: Exception, service: str, operation: str, request_id: str) -> AwsError:
    """The error to answer with. Raises anew what is the server's to handle: a client that is gone.

    A full disk is 507, not one of the statuses that SDKs try again (500, 502, 503, 504): it stays full until somebody makes room.
    https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html, https://www.rfc-editor.org/rfc/rfc4918#section-11.5
    """
    if isinstance(wrong, AwsError):
        return wrong
    if isinstance(wrong, http.BodyTooLarge):
        return _too_large(service, operation, wrong)
    if isinstance(wrong, Undecodable):
        return _undecodable(service, wrong)
    if isinstance(wrong, http.HttpError):
        raise wrong
    if isinstance(wrong, StorageFull):
        return AwsError("InsufficientStorage", str(wrong), 507)
    _log.error("%s.%s failed, request id %s", service, operation, request_id, exc_info=wrong)
    return _internal(service)


def _too_large(service: str, operation: str, wrong: http.BodyTooLarge) -> AwsError:
    if service == "s3":
        # https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList
        return AwsError("MaxMessageLengthExceeded", "Your request was too large.", 400)
    if service == "lambda":
        # `test_oversized_request_create_lambda` in
        # https://github.com/localstack/localstack/blob/main/tests/aws/services/lambda_/test_lambda_api.snapshot.json
        most = limits.of_operation(service, operation)
        text = f"Request must be smaller than {most} bytes for the {operation} operation"
        return AwsError("RequestEntityTooLargeException", text, 413)
    # https://docs.aws.amazon.com/awssupport/latest/APIReference/CommonErrors.html
    return AwsError("RequestEntityTooLargeException", wrong.reason, 413)


def _undecodable(service: str, wrong: Undecodable) -> AwsError:
    if service.startswith("dynamodb"):
        # https://github.com/scylladb/scylladb/blob/master/test/alternator/test_compressed_request.py
        return AwsError("InternalServerError", str(wrong), 500)
    return AwsError("SerializationException", str(wrong))


def _internal(service: str) -> AwsError:
    if service == "s3":
        # https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList
        message = "We encountered an internal error. Please try again."
        return AwsError("InternalError", message, 500)
    # https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html
    message = "The request processing has failed because of an unknown error, exception or failure."
    return AwsError("InternalFailure", message, 500)
