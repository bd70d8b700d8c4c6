"""The aws command, boto3 and curl, unmodified, with functions that really run."""

from __future__ import annotations

import base64
import json
import sys
import time
import urllib.request

import harness
import pytest
from tests.e2e.functions import deployed

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]

GREETER = """
    def handler(event, context):
        print("greeting", event["name"])
        return {"greeting": f"hello {event['name']}", "version": context.function_version}
    """


def shell(stack, folder, script):
    """Runs a script in a user's shell, in which `homeport env` was evaluated; what it says last."""
    lines = f'eval "$({sys.executable} -m homeport env)"\n{script}'
    path = f"{harness.Path(sys.executable).parent}:/usr/bin:/bin"
    environment = {**stack.environment, "PATH": path, "AWS_PAGER": ""}
    return harness.run("bash", "-euc", lines, env=environment, cwd=folder).stdout


def test_the_first_function_of_a_user_by_the_aws_command(shared_stack, tmp_path):
    (tmp_path / "one.zip").write_bytes(deployed.archive({"app.py": GREETER}))
    script = f"""
        aws lambda create-function --function-name shell --runtime {deployed.PYTHON} --handler app.handler \\
            --role {deployed.ROLE} --zip-file fileb://one.zip
        aws lambda wait function-active-v2 --function-name shell
        aws lambda publish-version --function-name shell
        aws lambda create-alias --function-name shell --name live --function-version 1
        aws lambda invoke --function-name shell:live --payload '{{"name": "Ada"}}' answer.json
        aws lambda list-functions --query 'Functions[].FunctionName' --output text
        """
    assert "shell" in shell(shared_stack, tmp_path, script).splitlines()[-1].split()
    answer = json.loads((tmp_path / "answer.json").read_text())
    assert answer == {"greeting": "hello Ada", "version": "1"}


def test_what_a_function_wrote_is_found_by_the_aws_command(shared_stack, tmp_path):
    deployed.deploy(shared_stack, "writer", GREETER)
    deployed.invoke(shared_stack, "writer", {"name": "Grace"})
    script = """
        aws logs filter-log-events --log-group-name /aws/lambda/writer --query 'events[].message' --output json
        """

    def lines():
        said = json.loads(shell(shared_stack, tmp_path, script))
        return said if any(line.startswith("REPORT") for line in said) else []

    said = deployed.until(lines)
    kinds = [line.split()[0] for line in said]
    assert kinds == ["INIT_START", "START", "greeting", "END", "REPORT"]
    assert said[2] == "greeting Grace\n"


def test_the_log_of_one_invocation_comes_with_its_answer(shared_stack):
    deployed.deploy(shared_stack, "tail", GREETER)
    answer = deployed.invoked(shared_stack, "tail", {"name": "Lin"}, LogType="Tail")
    assert "greeting Lin" in base64.b64decode(answer["LogResult"]).decode()
    assert (answer["StatusCode"], answer["ExecutedVersion"]) == (200, "$LATEST")


def test_an_error_of_a_function_is_told_as_aws_tells_it(shared_stack):
    deployed.deploy(shared_stack, "broken", GREETER)
    answer = deployed.invoked(shared_stack, "broken", {})
    told = json.loads(answer["Payload"].read())
    assert (answer["StatusCode"], answer["FunctionError"]) == (200, "Unhandled")
    assert (told["errorType"], told["errorMessage"]) == ("KeyError", "'name'")
    assert "/app.py" in told["stackTrace"][0]


CALLER = """
    import os
    import boto3

    def handler(event, context):
        identity = boto3.client("sts").get_caller_identity()
        return {
            "identity": identity["Arn"], "account": identity["Account"],
            "endpoint": os.environ["AWS_ENDPOINT_URL"], "own": os.environ["OWN"],
            "arn": context.invoked_function_arn, "memory": context.memory_limit_in_mb,
            "left": context.get_remaining_time_in_millis(),
        }
    """


def test_code_inside_reaches_our_aws_unchanged(shared_stack):
    arn = deployed.deploy(
        shared_stack, "caller", CALLER, variables={"OWN": "kept"}, MemorySize=256, Timeout=30
    )
    told = deployed.invoke(shared_stack, "caller")
    assert told["endpoint"] == shared_stack.endpoint
    assert (told["account"], told["own"]) == ("000000000000", "kept")
    assert told["identity"].startswith("arn:aws:")
    assert (told["arn"], int(told["memory"])) == (arn, 256)
    assert 0 < told["left"] <= 30_000


def test_changed_code_and_variables_hold_for_the_next_call(shared_stack):
    client = shared_stack.client("lambda")
    code = "import os\ndef handler(event, context): return [{}, os.environ.get('VALUE')]\n"
    deployed.deploy(shared_stack, "changing", code.format(1))
    assert deployed.invoke(shared_stack, "changing") == [1, None]
    client.update_function_code(
        FunctionName="changing", ZipFile=deployed.archive({"app.py": code.format(2)})
    )
    client.get_waiter("function_updated_v2").wait(FunctionName="changing")
    assert deployed.invoke(shared_stack, "changing") == [2, None]
    client.update_function_configuration(
        FunctionName="changing", Environment={"Variables": {"VALUE": "x"}}
    )
    assert deployed.invoke(shared_stack, "changing") == [2, "x"]


def test_versions_stay_as_they_were_and_an_alias_moves(shared_stack):
    client = shared_stack.client("lambda")
    code = "def handler(event, context): return [{}, context.function_version]\n"
    deployed.deploy(shared_stack, "versions", code.format(1), Publish=True)
    client.create_alias(FunctionName="versions", Name="live", FunctionVersion="1")
    client.update_function_code(
        FunctionName="versions", ZipFile=deployed.archive({"app.py": code.format(2)}), Publish=True
    )
    assert deployed.invoke(shared_stack, "versions:live") == [1, "1"]
    client.update_alias(FunctionName="versions", Name="live", FunctionVersion="2")
    assert deployed.invoke(shared_stack, "versions:live") == [2, "2"]
    assert deployed.invoke(shared_stack, "versions:1") == [1, "1"]
    assert deployed.invoke(shared_stack, "versions") == [2, "$LATEST"]


def test_code_of_a_bucket_with_two_layers(shared_stack):
    client, s3 = shared_stack.client("lambda"), shared_stack.client("s3")
    s3.create_bucket(Bucket="code")
    code = "import first, second\ndef handler(event, context): return [first.x, second.x]\n"
    s3.put_object(Bucket="code", Key="app.zip", Body=deployed.archive({"app.py": code}))
    layers = [
        client.publish_layer_version(
            LayerName=name,
            Content={"ZipFile": deployed.archive({f"python/{name}.py": f"x = '{name}'\n"})},
        )["LayerVersionArn"]
        for name in ("first", "second")
    ]
    client.create_function(
        FunctionName="layered",
        Runtime=deployed.PYTHON,
        Handler="app.handler",
        Role=deployed.ROLE,
        Code={"S3Bucket": "code", "S3Key": "app.zip"},
        Layers=layers,
    )
    assert deployed.invoke(shared_stack, "layered") == ["first", "second"]


def test_a_parameter_and_a_secret_are_read_inside(shared_stack):
    shared_stack.client("ssm").put_parameter(Name="/app/a", Value="1", Type="SecureString")
    shared_stack.client("secretsmanager").create_secret(Name="app/b", SecretString="2")
    code = """
        import boto3

        def handler(event, context):
            parameter = boto3.client("ssm").get_parameter(Name="/app/a", WithDecryption=True)
            secret = boto3.client("secretsmanager").get_secret_value(SecretId="app/b")
            return [parameter["Parameter"]["Value"], secret["SecretString"]]
        """
    deployed.deploy(shared_stack, "reader", code)
    assert deployed.invoke(shared_stack, "reader") == ["1", "2"]


WEB = """
    import base64

    def handler(event, context):
        body = event.get("body") or ""
        if event.get("isBase64Encoded"):
            body = base64.b64decode(body).decode()
        http = event["requestContext"]["http"]
        return {
            "statusCode": 201,
            "headers": {"X-Method": http["method"], "Content-Type": "text/plain"},
            "cookies": ["a=1"],
            "body": f"{event['rawPath']} {event['queryStringParameters']['q']} {body}",
        }
    """


def function_url(stack, name, **more):
    """The host and port of a new URL that anybody may call."""
    made = stack.client("lambda").create_function_url_config(
        FunctionName=name, AuthType="NONE", **more
    )
    return made["FunctionUrl"].split("/")[2]


def test_a_function_url_by_its_host(shared_stack):
    deployed.deploy(shared_stack, "web", WEB)
    host = function_url(shared_stack, "web")
    request = urllib.request.Request(
        f"{shared_stack.endpoint}/a/b?q=c", b"data", {"Host": host, "Content-Type": "text/plain"}
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        assert (answer.status, answer.read()) == (201, b"/a/b c data")
        assert (answer.headers["X-Method"], answer.headers["Set-Cookie"]) == ("POST", "a=1")


def test_a_function_url_by_curl(shared_stack):
    curl = harness.tool("curl")
    deployed.deploy(shared_stack, "curled", WEB)
    host = function_url(shared_stack, "curled")
    name, _, port = host.partition(":")
    resolved = ("--resolve", f"{name}:{port}:127.0.0.1")
    done = harness.run(curl, "-sS", *resolved, f"http://{host}/there?q=1", "-d", "more")
    assert done.stdout == "/there 1 more"


def test_an_event_that_fails_goes_to_its_destination(shared_stack):
    client = shared_stack.client("lambda")
    url, arn = deployed.queue(shared_stack, "failures")
    deployed.deploy(
        shared_stack, "failing", "def handler(event, context): raise ValueError('no')\n"
    )
    client.put_function_event_invoke_config(
        FunctionName="failing",
        MaximumRetryAttempts=0,
        DestinationConfig={"OnFailure": {"Destination": arn}},
    )
    deployed.send(shared_stack, "failing", {"number": 7})
    (body,) = deployed.messages(shared_stack, url, 1)
    record = json.loads(body)
    assert record["requestContext"]["condition"] == "RetriesExhausted"
    assert record["requestPayload"] == {"number": 7}
    assert record["responsePayload"]["errorType"] == "ValueError"


def test_an_event_that_succeeds_goes_to_another_function(shared_stack):
    client = shared_stack.client("lambda")
    url, _ = deployed.queue(shared_stack, "second")
    second = deployed.deploy(
        shared_stack,
        "after",
        """
        import boto3, json, os

        def handler(event, context):
            text = json.dumps(event["responsePayload"])
            boto3.client("sqs").send_message(QueueUrl=os.environ["QUEUE"], MessageBody=text)
        """,
        variables={"QUEUE": url},
    )
    deployed.deploy(shared_stack, "before", "def handler(event, context): return event * 2\n")
    client.put_function_event_invoke_config(
        FunctionName="before", DestinationConfig={"OnSuccess": {"Destination": second}}
    )
    deployed.send(shared_stack, "before", 21)
    assert deployed.messages(shared_stack, url, 1) == ["42"]


def test_reserved_concurrency_answers_429(shared_stack):
    client = shared_stack.client("lambda", retries={"total_max_attempts": 1})
    deployed.deploy(shared_stack, "closed", "def handler(event, context): pass\n")
    client.put_function_concurrency(FunctionName="closed", ReservedConcurrentExecutions=0)
    with pytest.raises(client.exceptions.TooManyRequestsException) as refused:
        client.invoke(FunctionName="closed")
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 429
    client.delete_function_concurrency(FunctionName="closed")
    assert deployed.invoke(shared_stack, "closed") is None


def test_a_warm_function_answers_at_once(shared_stack):
    deployed.deploy(
        shared_stack,
        "warm",
        "N = []\ndef handler(event, context):\n    N.append(1)\n    return len(N)\n",
    )
    client = shared_stack.client("lambda")
    begun = time.monotonic()
    counts = [json.loads(client.invoke(FunctionName="warm")["Payload"].read()) for _ in range(50)]
    assert counts == list(range(1, 51))
    assert time.monotonic() - begun < 20
