"""Functions in JavaScript, from a zip with the packages that npm installed, as their users deploy them."""

from __future__ import annotations

import json
import time
import urllib.request

import harness
import pytest
import test_javascript
from tests.e2e.functions import deployed

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]
NODE = {"Runtime": "nodejs20.x", "Handler": "index.handler"}
NEEDED = (".js", ".cjs", ".mjs", ".json")
NOT_NEEDED = ("client-", "lib-")
"""Packages of the tests' own folder that the function does without."""


@pytest.fixture(autouse=True)
def node():
    return harness.tool("node")


@pytest.fixture(scope="module")
def packages():
    """The files of `node_modules` of somebody who uses the client of S3."""
    folder = test_javascript.installed()
    paths = (path for path in folder.glob("node_modules/**/*") if is_needed(path))
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


def is_needed(path):
    text = str(path)
    is_other = any(f"/@aws-sdk/{kind}" in text for kind in NOT_NEEDED)
    is_code = path.suffix in NEEDED and "/dist-types/" not in text
    return path.is_file() and is_code and (not is_other or "/@aws-sdk/client-s3/" in text)


COPY = """
    const { S3Client, GetObjectCommand, PutObjectCommand } = require("@aws-sdk/client-s3");

    const s3 = new S3Client({});

    exports.handler = async (event, context) => {
      const copied = [];
      for (const { s3: { bucket, object } } of event.Records) {
        const Key = decodeURIComponent(object.key.replaceAll("+", " "));
        const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket.name, Key }));
        const text = (await Body.transformToString()).toUpperCase();
        await s3.send(new PutObjectCommand({ Bucket: process.env.TARGET, Key, Body: text }));
        copied.push(Key);
      }
      console.log("copied", copied, context.functionName);
      return copied;
    };
    """


def test_a_function_with_its_packages_is_called_by_a_bucket(shared_stack, packages):
    s3 = shared_stack.client("s3")
    for name in ("node-in", "node-out"):
        s3.create_bucket(Bucket=name)
    files = {"index.js": COPY, "package.json": "{}", **packages}
    arn = deployed.deploy(
        shared_stack, "node-copy", files, **NODE, variables={"TARGET": "node-out"}
    )
    told = [{"Events": ["s3:ObjectCreated:*"], "LambdaFunctionArn": arn}]
    s3.put_bucket_notification_configuration(
        Bucket="node-in", NotificationConfiguration={"LambdaFunctionConfigurations": told}
    )
    s3.put_object(Bucket="node-in", Key="a text", Body=b"word")

    deployed.until(lambda: s3.list_objects_v2(Bucket="node-out")["KeyCount"])
    assert s3.get_object(Bucket="node-out", Key="a text")["Body"].read() == b"WORD"
    said = deployed.log(shared_stack, "node-copy", "copied")
    assert "INFO\tcopied [ 'a text' ] node-copy" in said


MODULE = """
    import { readFile } from "node:fs/promises";
    const started = await readFile(process.env.LAMBDA_TASK_ROOT + "/data.txt", "utf8");

    export const handler = async (event) => {
      if (event.fail) throw new RangeError("too much");
      return { started, ...event };
    };
    """


def test_a_module_with_an_await_at_its_top(shared_stack):
    deployed.deploy(shared_stack, "module", {"index.mjs": MODULE, "data.txt": "data"}, **NODE)
    assert deployed.invoke(shared_stack, "module", {"a": 1}) == {"started": "data", "a": 1}
    answer = deployed.invoked(shared_stack, "module", {"fail": True})
    told = json.loads(answer["Payload"].read())
    assert answer["FunctionError"] == "Unhandled"
    assert (told["errorType"], told["errorMessage"]) == ("RangeError", "too much")
    assert told["trace"][1].strip().startswith("at ")


STREAM = """
    import { setTimeout } from "node:timers/promises";

    export const handler = awslambda.streamifyResponse(async (event, stream) => {
      if (event.rawPath) {
        const http = { statusCode: 203, headers: { "Content-Type": "text/plain", "X-Own": "1" } };
        stream = awslambda.HttpResponseStream.from(stream, http);
      }
      for (let number = 0; number < 5; number++) {
        stream.write(`part ${number}\\n`);
        await setTimeout(200);
      }
      stream.end("end\\n");
    });
    """
WHOLE = "".join(f"part {number}\n" for number in range(5)) + "end\n"


@pytest.fixture(scope="module")
def streaming(shared_stack):
    deployed.deploy(shared_stack, "stream", {"index.mjs": STREAM}, **NODE)
    return "stream"


def test_a_response_is_streamed_to_boto3(shared_stack, streaming):
    client = shared_stack.client("lambda")
    parts, begun = [], time.monotonic()
    answer = client.invoke_with_response_stream(FunctionName=streaming, Payload=b"{}")
    times = []
    for event in answer["EventStream"]:
        if "PayloadChunk" in event:
            parts.append(event["PayloadChunk"]["Payload"])
            times.append(time.monotonic() - begun)
    assert b"".join(parts).decode() == WHOLE
    assert event["InvokeComplete"].get("ErrorCode", "") == ""
    assert times[-1] - times[0] > 0.7


def test_a_response_is_streamed_by_a_function_url(shared_stack, streaming):
    made = shared_stack.client("lambda").create_function_url_config(
        FunctionName=streaming, AuthType="NONE", InvokeMode="RESPONSE_STREAM"
    )
    host = made["FunctionUrl"].split("/")[2]
    request = urllib.request.Request(f"{shared_stack.endpoint}/", headers={"Host": host})
    with urllib.request.urlopen(request, timeout=30) as answer:
        first = answer.readline()
        came = time.monotonic()
        rest = answer.read()
        assert (answer.status, answer.headers["X-Own"]) == (203, "1")
    assert (first + rest).decode() == WHOLE
    assert time.monotonic() - came > 0.5
