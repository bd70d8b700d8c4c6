"""Models: found, read, corrected."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from homeport.aws.protocol import codecs, corrections, model
from homeport.edge import http

FORM = {"content-type": "application/x-www-form-urlencoded; charset=utf-8"}


def test_what_a_model_says_of_its_service():
    sqs, functions = model.load("sqs"), model.load("lambda")
    assert (sqs.target_prefix, sqs.json_version, sqs.signing_name) == ("AmazonSQS", "1.0", "sqs")
    assert sqs.protocols == ("json", "query")
    assert sqs.is_query_compatible
    assert functions.api_version == "2015-03-31"
    assert functions.operation("Invoke").input.payload == "Payload"
    assert sqs.errors["QueueDoesNotExist"].error_code == "AWS.SimpleQueueService.NonExistentQueue"


def test_a_service_is_read_once():
    assert model.load("sqs") is model.load("sqs")
    assert model.load("sqs").for_protocol("query") is model.load("sqs").for_protocol("query")
    assert model.load("sqs").for_protocol("json") is model.load("sqs")


@pytest.mark.parametrize("name", ["nonsense", "", "../s3", "S3"])
def test_a_service_that_is_not_there(name):
    with pytest.raises(model.UnknownService):
        model.load(name)


def test_documentation_is_dropped_and_members_of_that_name_are_not():
    assert model._drop_documentation({"documentation": "text", "a": 1}) == {"a": 1}
    assert model._drop_documentation({"documentation": {"shape": "x"}}) != {}
    assert '"documentation": "' not in json.dumps(model.load("s3").raw)


def test_streams_are_told_from_bodies():
    s3 = model.load("s3")
    assert s3.operation("PutObject").has_streaming_input
    assert not s3.operation("PutBucketTagging").has_streaming_input
    assert s3.operation("SelectObjectContent").has_event_stream


def test_every_correction_says_why_and_has_its_link():
    entries = json.loads(corrections.FILE.read_text())
    for entry in (each for service in entries.values() for each in service):
        assert entry["why"].endswith(".")
        assert entry["link"].startswith("https://")
        assert entry["merge"]


def test_every_correction_still_changes_its_model(monkeypatch):
    """A correction that the packaged model has caught up with must go."""
    entries = json.loads(corrections.FILE.read_text())
    monkeypatch.setattr(corrections, "of", lambda name: corrections.Patch())
    for service, patches in entries.items():
        raw = model.load.__wrapped__(service).raw
        for patch in patches:
            before = json.dumps(raw, sort_keys=True)
            corrections.merge(raw, patch["merge"])
            assert json.dumps(raw, sort_keys=True) != before, patch["why"]


def test_the_request_chooses_the_protocol():
    sqs = codecs.for_service(model.load("sqs"))
    assert protocol(sqs, {"x-amz-target": "AmazonSQS.SendMessage"}) == "json"
    assert protocol(sqs, FORM) == "query"
    assert protocol(sqs, {}, "Action=ListQueues") == "query"
    assert protocol(sqs, {}) == "json"
    watch = codecs.for_service(model.load("cloudwatch"))
    assert protocol(watch, {"smithy-protocol": "rpc-v2-cbor"}) == "smithy-rpc-v2-cbor"
    assert protocol(watch, FORM) == "query"
    assert protocol(codecs.for_service(model.load("s3")), FORM) == "rest-xml"


def protocol(found: codecs.Codecs, headers: dict[str, str], query: str = "") -> str:
    return found.of(http.Request("POST", "/", query, headers, http.BytesBody())).protocol


def test_a_service_of_unknown_protocols():
    with pytest.raises(codecs.NoProtocol):
        codecs.for_service(model.load("ec2"))


def test_the_path_names_the_queue_of_a_query_request(client):
    request = http.Request("GET", "/000000000000/q", "Action=PurgeQueue", {}, http.BytesBody())
    assert client("sqs", "query").understand(request)[1] == {"QueueUrl": "/000000000000/q"}


def test_the_names_of_lists_in_the_query_protocol_of_sqs(client):
    body = (
        b"Action=ReceiveMessage&QueueUrl=q&AttributeName.1=All&MessageAttributeName.2=b"
        b"&MessageAttributeName.1=a&MessageSystemAttributeName.1=SenderId&MaxNumberOfMessages=3"
    )
    request = http.Request("POST", "/", "", FORM, http.BytesBody(body))
    assert client("sqs", "query").understand(request)[1] == {
        "QueueUrl": "q",
        "AttributeNames": ["All"],
        "MessageAttributeNames": ["a", "b"],
        "MessageSystemAttributeNames": ["SenderId"],
        "MaxNumberOfMessages": 3,
    }


def test_no_part_of_botocore_but_its_data_is_loaded():
    code = (
        "import sys; from homeport.aws.protocol import codecs, model;"
        "codecs.for_service(model.load('s3')); codecs.for_service(model.load('sqs'));"
        "sys.exit(any(name.startswith('botocore') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
