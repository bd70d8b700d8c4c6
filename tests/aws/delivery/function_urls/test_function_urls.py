import hashlib

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from tests.aws.delivery.function_urls.conftest import HOST, ID, Stream, header

from homeport.aws.delivery.function_urls.url import Cors
from homeport.aws.protocol.call import AwsError
from homeport.aws.signing.verify import Verifier
from homeport.clock import SystemClock

ORIGIN = "https://page.example"


@pytest.mark.parametrize(
    "host", ["localhost:4566", "sqs.us-east-1.localhost", "lambda-url.us-east-1.localhost", ""]
)
async def test_other_hosts_are_none_of_ours(client, host):
    assert await client(host=host) is None


@pytest.mark.parametrize(
    "host",
    [f"{ID}.lambda-url.us-east-1.on.aws", f"{ID.upper()}.LAMBDA-URL.us-east-1.localhost:1", HOST],
)
async def test_any_domain_will_do(client, host):
    assert (await client(host=host)).status == 200


@pytest.mark.parametrize("host", [HOST.replace("abc", "xyz"), HOST.replace("us-", "eu-")])
async def test_unknown_urls(client, host):
    """`test_lambda_url_non_existing_url` in
    https://github.com/localstack/localstack/blob/main/tests/aws/services/lambda_/test_lambda.py"""
    answer = await client(host=host)
    assert (answer.status, answer.body) == (403, b'{"Message":null}')
    assert header(answer, "x-amzn-errortype") == ["AccessDeniedException"]


async def test_a_body_that_is_too_large(client, function):
    answer = await client("POST", body=b"x" * (6 * 1024 * 1024 + 1))
    assert (answer.status, function.events) == (413, [])


@pytest.mark.parametrize(
    ("error", "status", "body"),
    [
        (
            AwsError("TooManyRequestsException", "Rate Exceeded.", 429),
            429,
            b'{"Message":"Rate Exceeded."}',
        ),
        (AwsError("ServiceException", "x", 500), 502, b"Internal Server Error"),
        (
            AwsError("RequestEntityTooLargeException", "", 413, fields={"Message": "m"}),
            413,
            b'{"Message":"m"}',
        ),
    ],
)
async def test_invocations_that_are_refused(client, function, error, status, body):
    function.said = error
    answer = await client()
    assert (answer.status, answer.body) == (status, body)


# Signatures


def signed(clock, secret="test", url=f"http://{HOST}/a?b=c", body=b"body"):
    request = AWSRequest("POST", url, data=body, headers={"host": HOST})
    request.headers["x-amz-content-sha256"] = hashlib.sha256(body).hexdigest()
    SigV4Auth(Credentials("AKIATEST", secret), "lambda", "us-east-1").add_auth(request)
    return {name.lower(): value for name, value in request.headers.items() if name != "host"}


@pytest.fixture
def iam(client):
    client.set(needs_signature=True)
    client.clock = SystemClock()
    return client


async def test_who_must_sign_and_does_not_is_forbidden(iam, function):
    answer = await iam()
    assert (answer.status, answer.body) == (403, b'{"Message":"Forbidden"}')
    assert function.events == []


@pytest.mark.parametrize("is_verified", [False, True])
async def test_who_signs_is_named(iam, function, is_verified):
    if is_verified:
        iam.verifier = Verifier(lambda _: "test", iam.clock)
    answer = await iam("POST", "/a?b=c", b"body", **signed(iam.clock))
    assert answer.status == 200
    context = function.events[0]["requestContext"]
    assert (context["accountId"], context["authorizer"]["iam"]["accessKey"]) == (
        "000000000000",
        "AKIATEST",
    )


@pytest.mark.parametrize("change", [{"secret": "other"}, {"body": b"another"}])
async def test_a_false_signature_is_forbidden(iam, function, change):
    iam.verifier = Verifier(lambda _: "test", iam.clock)
    answer = await iam("POST", "/a?b=c", b"body", **signed(iam.clock, **change))
    assert (answer.status, function.events) == (403, [])


async def test_nonsense_is_forbidden(iam):
    assert (await iam(authorization="AWS4-HMAC-SHA256 nonsense")).status == 403


# Cross-origin requests


@pytest.fixture
def shared(client):
    client.set(
        cors=Cors([ORIGIN], ["GET", "PUT"], ["x-a", "x-b"], ["x-c"], 60, is_credentialed=True)
    )
    return client


def ask(origin=ORIGIN):
    return {"origin": origin, "access_control_request_method": "PUT"}


def access(answer):
    found = {name: value for name, value in answer.headers if name.startswith("Access-Control-")}
    return {name.removeprefix("Access-Control-"): value for name, value in found.items()}


async def test_a_preflight_is_answered_without_the_function(shared, function):
    answer = await shared("OPTIONS", **ask())
    assert (answer.status, answer.body, function.events) == (200, b"", [])
    assert access(answer) == {
        "Allow-Origin": ORIGIN,
        "Allow-Methods": "GET,PUT",
        "Allow-Headers": "x-a,x-b",
        "Max-Age": "60",
        "Allow-Credentials": "true",
    }


async def test_another_origin_is_allowed_nothing(shared):
    assert access(await shared("OPTIONS", **ask("https://other.example"))) == {}
    assert access(await shared(origin="https://other.example")) == {}


async def test_answers_can_be_read_by_an_allowed_page(shared, function):
    function.said = {
        "statusCode": 200,
        "headers": {"access-control-allow-origin": "*", "Access-Control-Max-Age": "1"},
    }
    answer = await shared(origin=ORIGIN)
    assert access(answer) == {
        "Allow-Origin": ORIGIN,
        "Expose-Headers": "x-c",
        "Allow-Credentials": "true",
    }
    assert header(answer, "vary") == ["Origin"]


@pytest.mark.parametrize(("is_credentialed", "said"), [(False, "*"), (True, ORIGIN)])
async def test_any_origin(client, is_credentialed, said):
    client.set(cors=Cors(["*"], is_credentialed=is_credentialed))
    assert access(await client(origin=ORIGIN))["Allow-Origin"] == said


async def test_without_rules_all_is_the_functions(client, function):
    function.said = {"statusCode": 204, "headers": {"Access-Control-Allow-Origin": "*"}}
    answer = await client("OPTIONS", **ask())
    assert (answer.status, access(answer)) == (204, {"Allow-Origin": "*"})


async def test_failures_can_be_read_too(shared, function):
    function.said = AwsError("TooManyRequestsException", "Rate Exceeded.", 429)
    assert access(await shared(origin=ORIGIN))["Allow-Origin"] == ORIGIN


async def test_streams_have_the_headers_too(shared, function):
    shared.set(is_streaming=True)
    function.said = Stream([b"a"])
    assert access(await shared(origin=ORIGIN))["Allow-Origin"] == ORIGIN
