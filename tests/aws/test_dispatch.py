"""From a request to an operation and back, with small services of our own making."""

import asyncio
import base64
import json
import logging
from collections.abc import Awaitable
from typing import Any

import pytest
from botocore import auth
from botocore.credentials import Credentials
from botocore.exceptions import ClientError
from tests.aws.signing import clients, wire

from homeport.aws.dispatch import Dispatcher
from homeport.aws.protocol.call import AwsError, Call, Operation, Output, Params, Service
from homeport.aws.signing.payload import Payload
from homeport.clock import VirtualClock
from homeport.edge import http
from homeport.errors import StorageFull

NOW = wire.AWS_TIME
JSON = {"content-type": "application/x-amz-json-1.0"}
FORM = {"content-type": "application/x-www-form-urlencoded"}


def signed(service: str, key: str = "test", region: str = "eu-west-1") -> dict[str, str]:
    return {
        "authorization": f"AWS4-HMAC-SHA256 Credential={key}/20130524/{region}/{service}/aws4_request, S=0"
    }


def dispatcher(*services: Service, **options: Any) -> Dispatcher:
    return Dispatcher(services, clock=VirtualClock(NOW), version="9", **options)


def sqs(operation: str, function: Operation) -> Dispatcher:
    return dispatcher(Service("sqs", {operation: function}))


def s3(operation: str, function: Operation) -> Dispatcher:
    return dispatcher(Service("s3", {operation: function}))


def list_queues(body: bytes = b"{}") -> http.Request:
    headers = {**JSON, **signed("sqs"), "x-amz-target": "AmazonSQS.ListQueues"}
    return wire.request("POST", "http://localhost:4566/", headers, body)


def put(body: http.Body, **headers: str) -> http.Request:
    request = wire.request("PUT", "http://localhost:4566/bucket/key", {**signed("s3"), **headers})
    request.body = body
    return request


async def get(app: http.App, request: http.Request) -> http.Response:
    found = app(request)
    return await found if isinstance(found, Awaitable) else found


def test_a_call_says_for_whom_it_is() -> None:
    calls: list[Call] = []
    app = sqs("ListQueues", lambda call, _: calls.append(call) or {})
    request = list_queues()
    request.headers |= signed("sqs", "123456789012", "aws-global")
    response = clients.answer(app, request)
    assert (calls[0].service, calls[0].operation) == ("sqs", "ListQueues")
    assert (calls[0].account, calls[0].region) == ("123456789012", "us-east-1")
    assert calls[0].access_key == request.user == "123456789012"
    assert dict(response.headers)["x-amzn-RequestId"] == calls[0].request_id


@pytest.mark.parametrize("protocol", ["json", "query"])
def test_one_service_in_two_protocols(protocol: str) -> None:
    app = sqs("GetQueueUrl", lambda _, params: {"QueueUrl": f"http://h/{params['QueueName']}"})
    headers, body = {**FORM, **signed("sqs")}, b"Action=GetQueueUrl&QueueName=q"
    if protocol == "json":
        headers = {**JSON, **signed("sqs"), "x-amz-target": "AmazonSQS.GetQueueUrl"}
        body = b'{"QueueName": "q"}'
    response = clients.answer(app, wire.request("POST", "http://h/", headers, body))
    assert isinstance(response.body, bytes)
    assert b"http://h/q" in response.body


def test_boto3_calls_an_operation() -> None:
    app = s3("ListBuckets", lambda _, __: {"Buckets": [{"Name": "a"}], "Owner": {"ID": "o"}})
    assert clients.client(app, "s3").list_buckets()["Buckets"][0]["Name"] == "a"


def test_what_has_arrived_is_answered_without_a_task() -> None:
    assert isinstance(sqs("ListQueues", lambda _, __: {})(list_queues()), http.Response)


async def test_what_has_to_be_waited_for_is_waited_for() -> None:
    async def slow(_: Call, __: Params) -> Output:
        await asyncio.sleep(0)
        return Output({"QueueUrls": ["http://h/q"]}, headers=[("x-more", "1")])

    request = list_queues()
    request.body = wire.StreamBody([b"{", b"}"])
    request.body.read = lambda _: asyncio.sleep(0, b"{}")
    response = await get(sqs("ListQueues", slow), request)
    assert response.body == b'{"QueueUrls":["http://h/q"]}'
    assert ("x-more", "1") in response.headers


async def test_a_form_that_has_not_arrived_is_waited_for() -> None:
    request = wire.request("POST", "http://h/", {**FORM, **signed("sqs")})
    request.body = wire.StreamBody([])
    request.body.read = lambda _: asyncio.sleep(0, b"Action=ListQueues")
    response = await get(sqs("ListQueues", lambda _, __: {}), request)
    assert response.status == 200


def test_an_upload_streams_and_loses_its_coding() -> None:
    seen: list[Params] = []

    async def put_object(_: Call, params: Params) -> Params:
        body = params["Body"]
        assert isinstance(body, Payload)
        seen.append(params | {"Body": await body.read(100_000), "Length": body.length})
        return {"ETag": '"e"', "ChecksumCRC32": body.checksums["CRC32"]}

    data = bytes(70_000)
    coded = wire.unsigned(wire.split(data, 65536), f"x-amz-checksum-crc32:{wire.crc32(data)}")
    headers = {
        "content-encoding": "gzip,aws-chunked",
        "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
        "x-amz-decoded-content-length": "70000",
        "x-amz-trailer": "x-amz-checksum-crc32",
    }
    request = put(wire.StreamBody(wire.split(coded, 10_000)), **headers)
    response = clients.answer(s3("PutObject", put_object), request)
    assert dict(response.headers)["x-amz-checksum-crc32"] == wire.crc32(data)
    assert (seen[0]["Body"], seen[0]["Length"]) == (data, 70_000)
    assert seen[0]["ContentEncoding"] == "gzip"


@pytest.mark.parametrize("coding", ["aws-chunked", "AWS-Chunked, "])
def test_nothing_is_left_of_a_coding_that_was_the_only_one(coding: str) -> None:
    seen: list[Params] = []

    def put_object(_: Call, params: Params) -> Params:
        seen.append(params)
        assert params["Body"].peek() == b"hello"
        return {}

    headers = {"content-encoding": coding, "x-amz-decoded-content-length": "5"}
    body = http.BytesBody(b"5\r\nhello\r\n0\r\n\r\n")
    assert clients.answer(s3("PutObject", put_object), put(body, **headers)).status == 200
    assert "ContentEncoding" not in seen[0]


def test_a_false_upload_is_an_error_of_the_operation() -> None:
    app = s3("PutObject", lambda _, params: {"ETag": str(params["Body"].peek())})
    response = clients.answer(app, put(http.BytesBody(b"x"), **{"content-md5": "A" * 22 + "=="}))
    assert isinstance(response.body, bytes)
    assert response.status == 400
    assert b"<Code>BadDigest</Code>" in response.body


def test_documents_are_checked_before_they_are_parsed() -> None:
    app = s3("PutBucketTagging", lambda _, __: {})
    client = clients.client(app, "s3")
    client.put_bucket_tagging(Bucket="bucket", Tagging={"TagSet": []})

    def corrupt(request: Any, **_: Any) -> None:
        request.headers.replace_header("x-amz-checksum-crc32", "AAAAAA==")

    client.meta.events.register("before-sign", corrupt)
    with pytest.raises(ClientError, match="BadDigest"):
        client.put_bucket_tagging(Bucket="bucket", Tagging={"TagSet": []})


def test_documents_that_must_be_checked_name_a_checksum() -> None:
    app = s3("DeleteObjects", lambda _, __: {})
    request = wire.request("POST", "http://h/bucket?delete", signed("s3"), b"<Delete/>")
    response = clients.answer(app, request)
    assert isinstance(response.body, bytes)
    assert b"Content-MD5 OR x-amz-checksum" in response.body


@pytest.mark.parametrize("style", ["path", "virtual"])
def test_both_styles_of_bucket(style: str) -> None:
    app = dispatcher(
        Service(
            "s3", {"HeadObject": lambda _, params: {"ETag": f"{params['Bucket']} {params['Key']}"}}
        ),
        domains=["s3.homelab.local"],
    )
    for url in {
        "path": ["http://localhost:4566/bucket/a/b"],
        "virtual": ["http://bucket.localhost:4566/a/b", "http://bucket.s3.homelab.local/a/b"],
    }[style]:
        response = clients.answer(app, wire.request("HEAD", url, signed("s3")))
        assert dict(response.headers)["ETag"] == "bucket a/b"


class Broken(Exception):
    pass


@pytest.mark.parametrize(
    ("wrong", "service", "status", "code"),
    [
        (AwsError("Odd", "odd", 418), "sqs", 418, "Odd"),
        (Broken("secret detail"), "sqs", 500, "InternalFailure"),
        (Broken("secret detail"), "s3", 500, "InternalError"),
        (StorageFull("The quota of 1 GiB is used up."), "s3", 507, "InsufficientStorage"),
        (StorageFull("The quota of 1 GiB is used up."), "sqs", 507, "InsufficientStorage"),
        (http.BodyTooLarge("5 bytes"), "s3", 400, "MaxMessageLengthExceeded"),
        (http.BodyTooLarge("5 bytes"), "sqs", 413, "RequestEntityTooLargeException"),
    ],
)
@pytest.mark.parametrize("is_async", [False, True])
def test_failures_of_operations(
    wrong: Exception, service: str, status: int, code: str, caplog: Any, *, is_async: bool
) -> None:
    def fail(_: Call, __: Params) -> Params:
        raise wrong

    async def fail_later(call: Call, params: Params) -> Params:
        return fail(call, params)

    operation = "ListBuckets" if service == "s3" else "ListQueues"
    app = dispatcher(Service(service, {operation: fail_later if is_async else fail}))
    client = clients.client(app, service)
    with caplog.at_level(logging.ERROR), pytest.raises(ClientError) as caught:
        client.list_buckets() if service == "s3" else client.list_queues()
    assert caught.value.response["Error"]["Code"] == code
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == status
    assert "secret detail" not in str(caught.value)
    assert ("secret detail" in caplog.text) == isinstance(wrong, Broken)


async def test_a_client_that_is_gone_is_the_servers_to_handle() -> None:
    async def read(_: Call, params: Params) -> Params:
        await params["Body"].read(10)
        return {}

    class Gone(wire.StreamBody):
        async def __aiter__(self):
            yield b"a"
            raise http.ClientGone("gone")

    with pytest.raises(http.ClientGone):
        await get(s3("PutObject", read), put(Gone([])))


async def test_a_body_above_the_limit_of_its_operation_is_refused() -> None:
    limits: list[int] = []

    async def read(limit: int) -> bytes:
        limits.append(limit)
        raise http.BodyTooLarge("too large")

    request = list_queues()
    request.body = wire.StreamBody([])
    request.body.read = read
    response = await get(sqs("ListQueues", lambda _, __: {}), request)
    assert (response.status, limits) == (413, [8 * 1024 * 1024])


def test_before_and_after_see_every_request_of_their_service() -> None:
    def before(request: http.Request) -> http.Response | None:
        return http.Response(204) if request.method == "OPTIONS" else None

    def after(_: http.Request, response: http.Response) -> http.Response:
        response.headers.append(("x-after", "1"))
        return response

    app = dispatcher(Service("s3", {"ListBuckets": lambda _, __: {}}, before, after))
    for method, path, status in [
        ("OPTIONS", "/bucket/key", 204),
        ("GET", "/", 200),
        ("GET", "/bucket?acl", 501),
        ("GET", "/bucket?nothing=1&acl&torrent&x", 501),
    ]:
        response = clients.answer(app, wire.request(method, f"http://h{path}", {}))
        assert (response.status, ("x-after", "1") in response.headers) == (status, True)
    response = clients.answer(
        app, wire.request("GET", "http://h/", {"authorization": "AWS4-HMAC-SHA256 x"})
    )
    assert (response.status, ("x-after", "1") in response.headers) == (400, True)


def test_a_failing_hook_is_answered_too(caplog: Any) -> None:
    def before(_: http.Request) -> http.Response | None:
        raise Broken("hook")

    with caplog.at_level(logging.ERROR):
        response = clients.answer(
            dispatcher(Service("s3", {}, before)), wire.request("GET", "http://h/", {})
        )
    assert response.status == 500


@pytest.mark.parametrize(
    ("service", "code"),
    [("s3", b"AuthorizationHeaderMalformed"), ("sqs", b"IncompleteSignature")],
)
def test_malformed_credentials_are_refused(service: str, code: bytes) -> None:
    app = dispatcher(Service("s3", {}), Service("sqs", {}))
    headers = {"authorization": "AWS4-HMAC-SHA256 Credential=broken"}
    if service == "sqs":
        headers |= {**JSON, "x-amz-target": "AmazonSQS.ListQueues"}
    response = clients.answer(app, wire.request("POST", "http://h/", headers))
    assert isinstance(response.body, bytes)
    assert (response.status, code in response.body) == (400, True)


def test_malformed_presigned_credentials_are_refused() -> None:
    app = dispatcher(Service("s3", {}))
    response = clients.answer(app, wire.request("GET", "http://h/b/k?X-Amz-Credential=broken", {}))
    assert isinstance(response.body, bytes)
    assert b"AuthorizationQueryParametersError" in response.body


def test_malformed_credentials_of_nobody_are_refused() -> None:
    headers = {"authorization": "AWS4-HMAC-SHA256 Credential=broken"}
    response = clients.answer(
        dispatcher(Service("sqs", {})), wire.request("GET", "http://h/b", headers)
    )
    assert response.status == 400


PRESIGNED = (
    "http://localhost:4566/bucket/key?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=20130524T000000Z"
    "&X-Amz-Credential=test%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-SignedHeaders=host"
    "&X-Amz-Signature=00&x-amz-storage-class=STANDARD_IA"
)


@pytest.mark.parametrize(("expires", "status"), [("60", 200), ("0", 403), ("soon", 400)])
def test_presigned_urls_expire_though_nothing_is_verified(expires: str, status: int) -> None:
    seen: list[Params] = []
    app = s3("PutObject", lambda _, params: seen.append(params) or {})
    response = clients.answer(app, wire.request("PUT", f"{PRESIGNED}&X-Amz-Expires={expires}", {}))
    assert response.status == status
    assert [params["StorageClass"] for params in seen] == ["STANDARD_IA"] * (status == 200)


def test_a_service_that_is_switched_off_says_so() -> None:
    app = dispatcher(Service("s3", {}), disabled=["sqs"])
    response = clients.answer(app, list_queues())
    assert isinstance(response.body, bytes)
    assert response.status == 501
    assert "The service sqs is not enabled here" in json.loads(response.body)["message"]


def test_without_s3_what_nothing_tells_is_refused() -> None:
    response = clients.answer(
        dispatcher(Service("sqs", {}), disabled=["s3"]), wire.request("GET", "http://h/b", {})
    )
    assert isinstance(response.body, bytes)
    assert (response.status, b"s3 is not enabled" in response.body) == (501, True)


def test_unknown_actions_are_refused_in_the_protocols_own_words() -> None:
    app = dispatcher(Service("sqs", {}))
    request = list_queues()
    request.headers["x-amz-target"] = "AmazonSQS.Unheard"
    assert 400 <= clients.answer(app, request).status < 500
    form = wire.request("POST", "http://h/", {**FORM, **signed("sqs")}, b"Action=Unheard")
    assert 400 <= clients.answer(app, form).status < 500


class TestVerification:
    """The same dispatcher with verification on."""

    KEYS = Credentials("AKID", "secret")

    def app(self) -> Dispatcher:
        services = [
            Service("s3", {"PutObject": lambda _, params: {"ETag": params["Body"].peek().hex()}}),
            Service("sqs", {"ListQueues": lambda _, __: {}}),
            Service("sns", {"Unsubscribe": lambda _, __: {}, "ListTopics": lambda _, __: {}}),
        ]
        return Dispatcher(services, clock=_Now(), version="9", secret_of={"AKID": "secret"}.get)

    @pytest.mark.parametrize(("action", "status"), [("Unsubscribe", 200), ("ListTopics", 403)])
    def test_links_in_messages_need_none(self, action: str, status: int) -> None:
        link = f"http://h/?Action={action}&Version=2010-03-31&SubscriptionArn=a"
        assert clients.answer(self.app(), wire.request("GET", link, {})).status == status

    def test_true_signatures_pass(self) -> None:
        s3 = clients.client(self.app(), "s3", key="AKID", secret="secret")
        assert s3.put_object(Bucket="b", Key="a b+c", Body=b"data")["ETag"] == b"data".hex()
        clients.client(self.app(), "sqs", key="AKID", secret="secret").list_queues()

    @pytest.mark.parametrize(
        ("key", "secret", "s3_code", "sqs_code"),
        [
            ("AKID", "guess", "SignatureDoesNotMatch", "SignatureDoesNotMatch"),
            ("OTHER", "secret", "InvalidAccessKeyId", "InvalidClientTokenId"),
        ],
    )
    def test_false_ones_do_not(self, key: str, secret: str, s3_code: str, sqs_code: str) -> None:
        with pytest.raises(ClientError, match=s3_code):
            clients.client(self.app(), "s3", key=key, secret=secret).put_object(Bucket="b", Key="k")
        with pytest.raises(ClientError, match=sqs_code):
            clients.client(self.app(), "sqs", key=key, secret=secret).list_queues()

    def test_nobody_passes(self) -> None:
        assert clients.answer(self.app(), put(http.BytesBody(b""), authorization="")).status == 400
        assert clients.answer(self.app(), wire.request("PUT", "http://h/b/k", {})).status == 403

    def test_presigned(self) -> None:
        signer = auth.S3SigV4QueryAuth(self.KEYS, "s3", "us-east-1", expires=60)
        request = wire.sign(signer, "PUT", "http://localhost:4566/b/k")
        assert clients.answer(self.app(), request).status == 200
        request.query = request.query.replace("Expires=60", "Expires=61")
        assert clients.answer(self.app(), request).status == 403

    def test_what_boto3_presigns_by_default(self) -> None:
        app = self.app()
        client = clients.client(app, "s3", key="AKID", secret="secret")
        url = client.generate_presigned_url("put_object", Params={"Bucket": "b", "Key": "a b"})
        assert clients.answer(app, wire.request("PUT", url, {})).status == 200
        assert clients.answer(app, wire.request("GET", url, {})).status == 403

    def test_a_payload_is_not_another(self) -> None:
        signer = auth.S3SigV4Auth(self.KEYS, "s3", "us-east-1")
        request = wire.sign(signer, "PUT", "http://localhost:4566/b/k", {}, b"signed")
        assert clients.answer(self.app(), request).status == 200
        request.body = http.BytesBody(b"other")
        response = clients.answer(self.app(), request)
        assert isinstance(response.body, bytes)
        assert b"XAmzContentSHA256Mismatch" in response.body


class _Now(VirtualClock):
    """Stands at the time that botocore signs with."""

    def __init__(self) -> None:
        super().__init__(auth.get_current_datetime().timestamp())


def test_health() -> None:
    app = dispatcher(Service("s3", {}), Service("sqs", {}), disabled=["sns"])
    for path in ("/_localstack/health", "/_homeport/health"):
        response = app(wire.request("GET", f"http://h{path}", {}))
        assert isinstance(response, http.Response)
        assert isinstance(response.body, bytes)
        assert json.loads(response.body) == {
            "services": {"s3": "running", "sns": "disabled", "sqs": "running"},
            "edition": "community",
            "version": "9",
        }
    assert (
        clients.answer(app, wire.request("HEAD", "http://h/_localstack/health", {})).status == 200
    )
    assert (
        clients.answer(app, wire.request("POST", "http://h/_localstack/health", {})).status == 405
    )


def test_request_ids_are_handed_in() -> None:
    app = dispatcher(Service("sqs", {}), new_id=lambda: "the-id")
    assert ("x-amzn-RequestId", "the-id") in clients.answer(app, list_queues()).headers


def test_md5_is_one_of_the_checksums() -> None:
    app = s3("PutObject", lambda _, params: {"ETag": str(params["Body"].peek())})
    value = base64.b64encode(bytes(16)).decode()
    response = clients.answer(app, put(http.BytesBody(b"x"), **{"x-amz-checksum-md5": value}))
    assert response.status == 400
