"""Errors that any service may answer, and what an error looks like to the wire, made in one place.

https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html,
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from homeport.aws.protocol import predicate, validate
from homeport.aws.protocol.call import AwsError, Params
from homeport.aws.protocol.model import OperationModel, ServiceModel
from homeport.aws.protocol.rest.binding_out import ResponseBinding
from homeport.aws.protocol.shape import Shape
from homeport.aws.protocol.values import json_writer, xml_writer
from homeport.edge import http


def not_implemented(service: str, operation: str) -> AwsError:
    """An operation that the model knows and Homeport does not: never a wrong success."""
    return AwsError(
        "NotImplemented", f"Homeport does not implement the operation {service}.{operation}.", 501
    )


def unknown_operation(status: int = 400) -> AwsError:
    """An operation that the model does not know, in a protocol that names it. AWS gives no text."""
    return AwsError("UnknownOperationException", "", status)


def bad_uri(service: str) -> AwsError:
    """A path or query that does not decode."""
    if service == "s3":
        return AwsError("InvalidURI", "Couldn't parse the specified URI.")
    return AwsError("MalformedQueryString", "The query string contains a syntax error.", 400)


def no_route(service: str, method: str, methods: set[str], path: str) -> AwsError:
    """A method or path that no operation of the service has."""
    if not methods:
        return AwsError(
            "UnknownOperationException", f"Unable to find an operation for {path}.", 404
        )
    text = "The specified method is not allowed against this resource."
    code = "MethodNotAllowed" if service == "s3" else "MethodNotAllowedException"
    fields = {"Method": method, "ResourceType": _resource(path)} if service == "s3" else {}
    return AwsError(code, text, 405, fields=fields, headers=[("Allow", ", ".join(sorted(methods)))])


def _resource(path: str) -> str:
    """What a path of S3 names. https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html"""
    bucket, _, key = path.removeprefix("/").partition("/")
    if key:
        return "OBJECT"
    return "BUCKET" if bucket else "SERVICE"


def malformed_xml() -> AwsError:
    """S3's answer to a body that is not what its schema asks for."""
    return AwsError(
        "MalformedXML",
        "The XML you provided was not well-formed or did not validate against our published schema",
    )


def shape_of(service: ServiceModel, error: AwsError) -> Shape | None:
    """The model's shape of an error, found by the shape's name or by its code in the query protocol."""
    return service.errors.get(error.code)


def members(shape: Shape | None, error: AwsError) -> Params:
    """The members of an error's body: its own fields, and the message by the name that the shape gives it."""
    name = "message"
    if shape is None:
        name = (
            "Message" if error.code in ("SerializationException", "AccessDeniedException") else name
        )
    elif "message" not in shape.members and "Message" in shape.members:
        name = "Message"
    if shape is None and not error.message:
        return dict(error.fields)
    fields = error.fields
    if shape is not None:
        fields = {key: value for key, value in fields.items() if key in shape.members}
    return {name: error.message, **fields}


def split(shape: Shape, found: Params) -> tuple[Params, Params]:
    """A message that the shape has no member for, which SDKs read all the same, and what the shape's writer knows."""
    beside = {name: value for name, value in found.items() if name not in shape.members}
    return beside, {name: value for name, value in found.items() if name in shape.members}


def json_members(shape: Shape, found: Params) -> Params:
    """The members of an error as JSON has them."""
    beside, known = split(shape, found)
    convert = json_writer.compile_writer(shape)
    return beside | (known if convert is None else convert(known))


CORAL = {
    "SerializationException": "com.amazon.coral.service",
    "UnknownOperationException": "com.amazon.coral.service",
    "InternalFailure": "com.amazon.coral.service",
    "AccessDeniedException": "com.amazon.coral.service",
    "IncompleteSignatureException": "com.amazon.coral.service",
    "InvalidParameterValueException": "com.amazon.coral.service",
    "InvalidSignatureException": "com.amazon.coral.service",
    "MissingAuthenticationTokenException": "com.amazon.coral.service",
    "MissingRequiredParameterException": "com.amazon.coral.service",
    "UnrecognizedClientException": "com.amazon.coral.service",
    "ValidationException": "com.amazon.coral.validate",
}
"""Namespaces of the errors that AWS's framework raises before a service does, as dynalite recorded them:
https://github.com/architect/dynalite/blob/main/index.js"""

QUERY_CODES = {
    "AccessDeniedException": "AccessDenied",
    "IncompleteSignatureException": "IncompleteSignature",
    "InvalidParameterValueException": "InvalidParameterValue",
    "InvalidSignatureException": "SignatureDoesNotMatch",
    "MissingRequiredParameterException": "MissingParameter",
    "SerializationException": "MalformedInput",
    "UnknownOperationException": "InvalidAction",
    "UnrecognizedClientException": "InvalidClientTokenId",
}
"""Errors that are not in the model of a service with both protocols: their name in JSON, their code in the query protocol. From
answers of AWS: https://github.com/yavosh/pail/tree/main/test/diff/testdata/golden (sqs-errors, sqs-edge-cases, sqs-auth-errors),
https://github.com/localstack/localstack/blob/main/tests/aws/services/sqs/test_sqs.snapshot.json (`QueryErrorCode` is the JSON name)"""

JSON_NAMES = {code: name for name, code in QUERY_CODES.items()}

QUERY_TEXTS = {
    ("sqs", "QueueDoesNotExist"): "The specified queue does not exist for this wsdl version."
}
"""What the query protocol says in words of its own: test_non_existent_queue in LocalStack's file above."""


def type_of(service: ServiceModel, error: AwsError) -> str:
    """`__type`: the error's name in its namespace, where that is known."""
    shape = shape_of(service, error)
    name = error.code if shape is None else shape.name
    if shape is None and service.is_query_compatible:
        name = JSON_NAMES.get(name, name)
    namespace = service.metadata.get("errorNamespace", "")
    if shape is None or not namespace:
        namespace = CORAL.get(name, namespace) if namespace else ""
    return f"{namespace}#{name}" if namespace else name


def query_error(service: ServiceModel, error: AwsError) -> tuple[str, str]:
    """The header that tells clients of the former query protocol the code that they know.

    https://smithy.io/2.0/aws/protocols/aws-query-protocol.html#aws-protocols-awsquerycompatible-trait
    """
    return "x-amzn-query-error", f"{query_code(service, error)};{fault_of(service, error)}"


def query_code(service: ServiceModel, error: AwsError) -> str:
    """The code of an error in the query protocol."""
    shape = shape_of(service, error)
    if shape is not None:
        return shape.error_code
    return QUERY_CODES.get(error.code, error.code) if service.is_query_compatible else error.code


def fault_of(service: ServiceModel, error: AwsError) -> str:
    """Whom the query protocol blames: `Sender` or `Receiver`."""
    shape = shape_of(service, error)
    if error.status >= 500 or (shape is not None and not shape.is_sender_fault):
        return "Receiver"
    return "Sender"


def xml_error(
    service: ServiceModel, error: AwsError, request_id: str, headers: http.Headers
) -> bytes:
    """The error of the query protocol and of most rest-xml services.

    Members bound to headers are added to `headers`.
    https://smithy.io/2.0/aws/protocols/aws-query-protocol.html#operation-error-serialization
    """
    shape = shape_of(service, error)
    code = query_code(service, error)
    namespace = f' xmlns="{service.xml_namespace}"' if service.xml_namespace else ""
    pieces = [
        f"{xml_writer.DECLARATION}<ErrorResponse{namespace}><Error>",
        f"<Type>{fault_of(service, error)}</Type><Code>{xml_writer.escape(code)}</Code>",
    ]
    text = QUERY_TEXTS.get((service.name, "" if shape is None else shape.name), error.message)
    if text:
        pieces.append(f"<Message>{xml_writer.escape(xml_writer.legible(text))}</Message>")
    if service.name == "sqs":
        # https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-api-error-response-structure.html
        pieces.append("<Detail/>")
    if shape is not None and error.fields:
        content = xml_writer.compile_content(shape, xml_writer.Scope())
        left = ResponseBinding(shape).write(error.fields, headers)
        known = {name: value for name, value in left.items() if name in content.children}
        content.write(pieces.append, known)
    pieces.append(f"</Error><RequestId>{xml_writer.escape(request_id)}</RequestId></ErrorResponse>")
    return "".join(pieces).encode("utf-8", "replace")


def constraint_check(operation: OperationModel) -> Callable[[Params], None] | None:
    """What raises the service's own error where parameters break a constraint of the model that counts for the service.

    Required members count for all; a service with `constraints: ALL` in its corrections answers for all the others too, all of
    them together; one with `constraints: SERVICE` checks all by itself. None where nothing is constrained.
    """
    if operation.service.metadata.get("constraints") == "SERVICE":
        return None
    if operation.service.metadata.get("constraints") == "ALL":
        return _full_check(operation)
    return _missing_check(operation)


def _full_check(operation: OperationModel) -> Callable[[Params], None] | None:
    holds = predicate.compiled(operation)
    if holds is None:
        return None
    refuse = _REFUSALS.get(operation.service.name) or _by_protocol(operation.service)

    def full(params: Params) -> None:
        if not holds(params):
            raise refuse(operation, validate.violations(operation, params, validate.Checks.ALL))

    return full


def _missing_check(operation: OperationModel) -> Callable[[Params], None] | None:
    check = validate.compiled(operation, validate.Checks.REQUIRED)
    if check is None:
        return None
    shape = operation.input
    top = shape.required if shape is not None else ()
    needs_walk = validate.has_nested(operation)
    refuse = _REFUSALS.get(operation.service.name) or _by_protocol(operation.service)

    def missing(params: Params) -> None:
        for name in top:
            if name not in params:
                raise refuse(operation, list(check(params, ())))
        if needs_walk:
            found = next(check(params, ()), None)
            if found is not None:
                raise refuse(operation, list(check(params, ())))

    return missing


Refusal = Callable[[OperationModel, list[validate.Violation]], AwsError]


def _validation_exception(_: OperationModel, found: list[validate.Violation]) -> AwsError:
    return AwsError("ValidationException", validate.message(found))


def _validation_error(_: OperationModel, found: list[validate.Violation]) -> AwsError:
    return AwsError("ValidationError", validate.message(found))


def _missing_parameter(_: OperationModel, found: list[validate.Violation]) -> AwsError:
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html

    What names the queue is missed in the service's own words: `send-missing-queue-url`, `get-queue-url-missing-name` in
    https://github.com/yavosh/pail/tree/main/test/diff/testdata/golden
    """
    names = {violation.path[0] for violation in found}
    if "QueueUrl" in names:
        return AwsError("QueueDoesNotExist", "The specified queue does not exist.")
    if "QueueName" in names:
        return AwsError(
            "InvalidParameterValue",
            "Value for parameter QueueName is invalid. Reason: Must specify a queue name.",
        )
    return AwsError(
        "MissingParameter", f"The request must contain the parameter {'.'.join(found[0].path)}."
    )


def _s3_missing(operation: OperationModel, found: list[validate.Violation]) -> AwsError:
    """https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html"""
    first = found[0]
    member: Any = operation.input.members.get(first.path[0]) if operation.input else None
    if member is None or len(first.path) > 1 or member.location is None:
        if operation.input and first.path == (operation.input.payload,):
            return AwsError("MissingRequestBodyError", "Request body is empty.")
        return malformed_xml()
    name = member.location_name or first.path[0]
    return AwsError("InvalidRequest", f"Missing required parameter for this request: {name}")


_REFUSALS: dict[str, Refusal] = {"s3": _s3_missing, "sqs": _missing_parameter}


def _by_protocol(service: ServiceModel) -> Refusal:
    return _validation_error if service.protocols[0] == "query" else _validation_exception
