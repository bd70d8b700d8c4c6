"""One error, written by each protocol in its own form."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import pytest

from homeport.aws.protocol import errors
from homeport.aws.protocol.call import AwsError, ErrorKind
from homeport.edge import http

GONE = ErrorKind("QueueDoesNotExist", 400, "The specified queue does not exist.")


def header(response: http.Response, name: str) -> str | None:
    return {key.lower(): value for key, value in response.headers}.get(name)


def test_json_names_the_error_and_the_code_of_the_query_protocol(client):
    side = client("sqs", "json")
    response = side.codec.error(side.service.operation("SendMessage"), GONE(), "ID")
    body = json.loads(response.body)
    assert body == {"__type": "com.amazonaws.sqs#QueueDoesNotExist", "message": GONE.message}
    assert (
        header(response, "x-amzn-query-error") == "AWS.SimpleQueueService.NonExistentQueue;Sender"
    )
    assert header(response, "x-amzn-requestid") == "ID"


def test_an_error_may_be_named_by_its_query_code(client):
    side = client("sqs", "json")
    error = AwsError("AWS.SimpleQueueService.NonExistentQueue", "text")
    assert b"#QueueDoesNotExist" in side.codec.error(None, error, "ID").body


def test_boto_reads_the_query_code_in_both_protocols(client):
    for protocol in ("json", "query"):
        side = client("sqs", protocol)
        answer = side.answer("SendMessage", side.codec.error(None, GONE(), "ID"))
        assert answer["Error"]["Code"] == "AWS.SimpleQueueService.NonExistentQueue"
        assert answer["Error"]["Message"].startswith("The specified queue does not exist")
        assert answer["ResponseMetadata"]["RequestId"] == "ID"


# https://github.com/yavosh/pail/tree/main/test/diff/testdata/golden: sqs-errors.json, sqs-edge-cases.json, sqs-auth-errors.json
@pytest.mark.parametrize(
    ("raised", "name", "code"),
    [
        ("InvalidParameterValue", "InvalidParameterValueException", "InvalidParameterValue"),
        ("MissingParameter", "MissingRequiredParameterException", "MissingParameter"),
        ("UnknownOperationException", "UnknownOperationException", "InvalidAction"),
        ("SerializationException", "SerializationException", "MalformedInput"),
        ("AccessDeniedException", "AccessDeniedException", "AccessDenied"),
        ("UnrecognizedClientException", "UnrecognizedClientException", "InvalidClientTokenId"),
        ("InvalidSignatureException", "InvalidSignatureException", "SignatureDoesNotMatch"),
        ("IncompleteSignatureException", "IncompleteSignatureException", "IncompleteSignature"),
    ],
)
def test_errors_of_no_model_have_a_name_in_json_and_a_code_in_the_query_protocol(
    client, raised, name, code
):
    error = AwsError(raised, "text")
    answer = client("sqs", "json").codec.error(None, error, "ID")
    assert json.loads(answer.body)["__type"] == f"com.amazon.coral.service#{name}"
    assert header(answer, "x-amzn-query-error") == f"{code};Sender"
    answer = client("sqs", "query").codec.error(None, error, "ID")
    assert f"<Code>{code}</Code>".encode() in answer.body


def test_names_of_json_stay_as_they_are_where_there_was_no_query_protocol(client):
    answer = client("dynamodb").codec.error(None, AwsError("InvalidParameterValue", "x"), "ID")
    assert json.loads(answer.body)["__type"].endswith("#InvalidParameterValue")


def test_the_query_protocol_of_sqs_has_details_and_words_of_its_own(client):
    body = client("sqs", "query").codec.error(None, GONE(), "ID").body
    assert b"<Message>The specified queue does not exist for this wsdl version.</Message>" in body
    assert b"</Message><Detail/></Error>" in body


def test_a_text_that_no_xml_can_hold_is_marked(client):
    side = client("iam", "query")
    error = AwsError("ValidationError", "Value 'a\x01b\uffff' is not allowed")
    body = side.codec.error(None, error, "ID").body
    found = ElementTree.fromstring(body).findtext(".//{*}Message")
    assert found == "Value 'a\ufffdb\ufffd' is not allowed"


def test_query_blames_the_right_side(client):
    side = client("sqs", "query")
    assert b"<Type>Sender</Type>" in side.codec.error(None, GONE(), "ID").body
    broken = AwsError("InternalFailure", "text", 500)
    assert b"<Type>Receiver</Type>" in side.codec.error(None, broken, "ID").body


def test_s3_has_no_wrapper_and_carries_further_fields(client):
    error = AwsError("NoSuchKey", "The specified key does not exist.", 404, fields={"Key": "a<b"})
    response = client("s3").codec.error(None, error, "ID")
    root = ElementTree.fromstring(response.body)
    assert root.tag == "Error"
    assert [child.tag for child in root] == ["Code", "Message", "Key", "RequestId", "HostId"]
    assert root.findtext("Key") == "a<b"
    assert header(response, "x-amz-request-id") == "ID"


@pytest.mark.parametrize("status", [304, 404])
def test_s3_answers_head_and_not_modified_without_a_body(client, status):
    side = client("s3")
    operation = side.service.operation("HeadObject" if status == 404 else "GetObject")
    assert side.codec.error(operation, AwsError("x", "y", status), "ID").body == b""


def test_rest_json_names_the_error_in_a_header(client):
    side = client("lambda")
    error = AwsError("ResourceNotFoundException", "gone", 404, fields={"Type": "User", "Odd": 1})
    response = side.codec.error(None, error, "ID")
    assert header(response, "x-amzn-errortype") == "ResourceNotFoundException"
    assert json.loads(response.body) == {"Message": "gone", "Type": "User"}


def test_dynamodb_names_the_namespace_of_the_framework(client):
    codec = client("dynamodb").codec
    for code, named in {
        "ValidationException": "com.amazon.coral.validate#ValidationException",
        "SerializationException": "com.amazon.coral.service#SerializationException",
        "ResourceNotFoundException": "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException",
    }.items():
        assert json.loads(codec.error(None, AwsError(code, "x"), "ID").body)["__type"] == named


def test_cbor_is_read_by_botocore(client):
    side = client("cloudwatch")
    response = side.codec.error(None, AwsError("ResourceNotFound", "gone", 404), "ID")
    answer = side.answer("PutMetricData", response)
    assert answer["Error"]["Message"] == "gone"
    assert "ResourceNotFound" in answer["Error"]["Code"]


def test_an_operation_that_is_not_implemented_is_named(client):
    error = errors.not_implemented("s3", "GetBucketAbac")
    response = client("s3").codec.error(None, error, "ID")
    assert response.status == 501
    assert b"<Code>NotImplemented</Code>" in response.body
    assert b"s3.GetBucketAbac" in response.body


@pytest.mark.parametrize(
    ("service", "protocol", "operation", "wanted"),
    [
        ("sqs", "json", "SendMessage", ("QueueDoesNotExist", "does not exist")),
        ("sqs", "json", "GetQueueUrl", ("InvalidParameterValue", "Must specify a queue name")),
        ("sqs", "query", "StartMessageMoveTask", ("MissingParameter", "parameter SourceArn")),
        ("dynamodbstreams", "json", "DescribeStream", ("ValidationException", "at 'streamArn'")),
        ("sns", "query", "Subscribe", ("ValidationError", "Value null at 'topicArn'")),
        ("lambda", "rest-json", "CreateFunction", ("ValidationException", "at 'functionName'")),
    ],
)
def test_a_missing_member_is_named_in_the_words_of_the_service(
    client, service, protocol, operation, wanted
):
    side = client(service, protocol)
    check = errors.constraint_check(side.service.operation(operation))
    with pytest.raises(AwsError) as caught:
        check({})
    assert caught.value.code == wanted[0]
    assert wanted[1] in caught.value.message


def test_a_missing_member_inside_of_another(client):
    check = errors.constraint_check(client("sqs", "json").service.operation("SendMessageBatch"))
    with pytest.raises(AwsError, match="MissingParameter"):
        check({"QueueUrl": "x", "Entries": [{"MessageBody": "x"}]})
    check({"QueueUrl": "x", "Entries": [{"Id": "1", "MessageBody": "x"}]})
