"""boto3 against the operations over a real socket."""

import asyncio
import base64
import http.client
import json

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from homeport.aws.dispatch import Dispatcher
from homeport.aws.lambda_.invoking import operations
from homeport.aws.protocol.call import Service
from homeport.clock import SystemClock, VirtualClock
from homeport.edge.config import EdgeConfig
from homeport.edge.server import Server

SIGNED = {
    "Authorization": "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/lambda/aws4_request, "
    "SignedHeaders=host, Signature=0"
}


@pytest.fixture
async def port(world):
    table = operations.table(world.invocations)
    app = Dispatcher([Service("lambda", table)], clock=SystemClock(), version="9")
    clock = VirtualClock()
    server = Server(app, EdgeConfig(), clock=clock)
    await server.start()
    yield server.ports[0]
    stopping = asyncio.ensure_future(server.stop(5))
    await asyncio.wait([stopping], timeout=1)
    await clock.advance(10)
    await stopping


@pytest.fixture
async def client(port):
    made = boto3.client(
        "lambda",
        region_name="us-east-1",
        endpoint_url=f"http://127.0.0.1:{port}",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"total_max_attempts": 1}),
    )
    yield made
    made.close()


def in_thread(function, **params):
    return asyncio.to_thread(lambda: function(**params))


def invoke(client, **params):
    def run():
        answer = client.invoke(FunctionName="f", **params)
        return answer, answer["Payload"].read()

    return asyncio.to_thread(run)


async def test_invoke(world, client):
    world.add()
    answer, payload = await invoke(client, Payload=b'{"a": 1}', LogType="Tail")
    assert payload == b'{"a": 1}'
    assert (answer["StatusCode"], answer["ExecutedVersion"]) == (200, "$LATEST")
    assert "FunctionError" not in answer
    request_id = answer["ResponseMetadata"]["RequestId"]
    log = base64.b64decode(answer["LogResult"]).decode()
    assert log.startswith(f"START RequestId: {request_id} Version: $LATEST\nEND")
    headers = answer["ResponseMetadata"]["HTTPHeaders"]
    assert headers["content-type"] == "application/json"
    assert headers["x-amzn-trace-id"].startswith("Root=1-")
    assert "Parent" not in headers["x-amzn-trace-id"]


async def test_without_a_log(world, client):
    world.add()
    answer, _ = await invoke(client)
    assert "LogResult" not in answer


async def test_an_error_of_the_function(world, client, make_handler):
    world.add(runtime=make_handler(lambda event: 1 / 0))
    answer, payload = await invoke(client)
    assert (answer["StatusCode"], answer["FunctionError"]) == (200, "Unhandled")
    assert json.loads(payload)["errorType"] == "ZeroDivisionError"


async def test_an_event_and_a_dry_run(world, client):
    world.add()
    answer, payload = await invoke(client, InvocationType="DryRun", Payload=b"{}")
    assert (answer["StatusCode"], payload) == (204, b"")
    assert world.executor.environments == []
    answer, payload = await invoke(client, InvocationType="Event", Payload=b"{}")
    assert (answer["StatusCode"], payload) == (202, b"")
    assert "ExecutedVersion" not in answer
    await world.until(
        lambda: world.executor.environments and world.executor.environments[0].finished
    )


async def test_a_dry_run_of_a_stream(world, client):
    world.add()

    def run():
        return client.invoke_with_response_stream(FunctionName="f", InvocationType="DryRun")

    answer = await asyncio.to_thread(run)
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 204
    assert world.executor.environments == []


async def test_invoke_async(world, client):
    world.add()
    answer = await in_thread(client.invoke_async, FunctionName="f", InvokeArgs=b"{}")
    assert answer["Status"] == 202
    await world.until(
        lambda: world.executor.environments and world.executor.environments[0].finished
    )


async def test_the_client_context_is_passed_on(world, client):
    async def runtime(api, environment):
        event = await api.next()
        await api.respond(event.request_id, event.headers["lambda-runtime-client-context"].encode())
        await api.next()

    world.add(runtime=runtime)
    context = base64.b64encode(b'{"custom":{"a":1}}').decode()
    _, payload = await invoke(client, ClientContext=context)
    assert payload == b'{"custom":{"a":1}}'


async def test_a_stream(world, client):
    async def runtime(api, environment):
        event = await api.next()
        await api.start_stream(event.request_id)
        for piece in (b"one", b"two"):
            await api.chunk(piece)
        await api.end_stream()
        await api.next()

    world.add(runtime=runtime)

    def run():
        answer = client.invoke_with_response_stream(FunctionName="f", LogType="Tail")
        return answer, list(answer["EventStream"])

    answer, events = await asyncio.to_thread(run)
    assert answer["ExecutedVersion"] == "$LATEST"
    pieces = [event["PayloadChunk"]["Payload"] for event in events[:-1]]
    assert b"".join(pieces) == b"onetwo"
    complete = events[-1]["InvokeComplete"]
    assert b"REPORT" in base64.b64decode(complete["LogResult"])
    assert "ErrorCode" not in complete


async def test_a_stream_of_an_error(world, client, make_handler):
    world.add(runtime=make_handler(lambda event: 1 / 0))

    def run():
        answer = client.invoke_with_response_stream(FunctionName="f")
        return list(answer["EventStream"])

    (event,) = await asyncio.to_thread(run)
    complete = event["InvokeComplete"]
    assert complete["ErrorCode"] == "Unhandled"
    assert json.loads(complete["ErrorDetails"])["errorMessage"] == "division by zero"


REFUSED = {
    "json": ({"Payload": b"{"}, "InvalidRequestContentException", 400),
    "context": ({"ClientContext": "?"}, "InvalidRequestContentException", 400),
    "long-context": ({"ClientContext": "a" * 3584}, "InvalidParameterValueException", 400),
    "tenant": ({"TenantId": "t"}, "InvalidParameterValueException", 400),
    "durable": ({"DurableExecutionName": "d"}, "InvalidParameterValueException", 400),
    "log-type": ({"LogType": "Head"}, "ValidationException", 400),
    "type": ({"InvocationType": "Later"}, "ValidationException", 400),
    "event-size": (
        {"InvocationType": "Event", "Payload": b'"' + b"a" * 2**20},
        "RequestEntityTooLargeException",
        413,
    ),
}


@pytest.mark.parametrize("name", list(REFUSED))
async def test_what_is_refused(world, client, name):
    params, code, status = REFUSED[name]
    world.add()
    with pytest.raises(ClientError) as caught:
        await invoke(client, **params)
    response = caught.value.response
    assert (response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]) == (
        code,
        status,
    )
    assert response["Error"]["Message"]
    assert world.executor.environments == []


async def test_no_function_and_no_room(world, client):
    with pytest.raises(client.exceptions.ResourceNotFoundException) as caught:
        await invoke(client)
    assert caught.value.response["Error"]["Message"].startswith(
        "Function not found: arn:aws:lambda:us-east-1"
    )
    world.add()
    world.functions.reservations["f"] = 0
    with pytest.raises(client.exceptions.TooManyRequestsException) as throttled:
        await invoke(client)
    response = throttled.value.response
    assert (response["Reason"], response["Type"]) == (
        "ReservedFunctionConcurrentInvocationLimitExceeded",
        "User",
    )
    assert response["message"] == "Rate Exceeded."


async def test_a_client_that_leaves_does_not_stop_the_function(world, port):
    gate, done = asyncio.Event(), asyncio.Event()

    async def runtime(api, environment):
        event = await api.next()
        await gate.wait()
        await api.respond(event.request_id, b"1")
        done.set()
        await api.next()

    world.add(runtime=runtime)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    path = "/2015-03-31/functions/f/invocations"
    await asyncio.to_thread(connection.request, "POST", path, b"{}", SIGNED)
    await world.until(
        lambda: world.executor.environments and world.executor.environments[0].deadlines
    )
    connection.close()
    gate.set()
    await asyncio.wait_for(done.wait(), 10)
    await world.until(lambda: world.executor.environments[0].finished)
