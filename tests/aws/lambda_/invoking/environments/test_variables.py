import pytest

from homeport.aws.lambda_.invoking.environments import variables
from homeport.aws.lambda_.model import Logging


@pytest.fixture
def version(make_world):
    return make_world().add(environment={"MINE": "1", "TZ": "Europe/Vienna"}, memory_mb=256)


def seen(version, endpoint="http://127.0.0.1:4566", **more):
    for name, value in more.items():
        object.__setattr__(version, name, value)
    return variables.of(version, "stream", variables.of_account(version), endpoint)


def test_all_that_aws_sets(version):
    assert seen(version) == {
        "AWS_ACCESS_KEY_ID": "000000000000",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:4566",
        "AWS_EXECUTION_ENV": "AWS_Lambda_python3.12",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256",
        "AWS_LAMBDA_FUNCTION_NAME": "f",
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/f",
        "AWS_LAMBDA_LOG_STREAM_NAME": "stream",
        "AWS_REGION": "us-east-1",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_SESSION_TOKEN": "test",
        "AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR",
        "EDGE_PORT": "4566",
        "LANG": "en_US.UTF-8",
        "LOCALSTACK_HOSTNAME": "127.0.0.1",
        "MINE": "1",
        "TZ": "Europe/Vienna",
        "_HANDLER": "app.handler",
    }


def test_what_a_function_may_not_replace(version):
    own = {"AWS_LAMBDA_FUNCTION_NAME": "other", "AWS_ENDPOINT_URL": "http://elsewhere"}
    found = seen(version, environment=own)
    assert found["AWS_LAMBDA_FUNCTION_NAME"] == "f"
    assert found["AWS_ENDPOINT_URL"] == "http://elsewhere"


def test_a_runtime_of_ones_own_has_no_name(version):
    assert "AWS_EXECUTION_ENV" not in seen(version, runtime="provided.al2023")


def test_an_image_has_its_own_handler(version):
    assert "_HANDLER" not in seen(version, package_type="Image", handler="")


def test_logs_as_json(version):
    found = seen(version, logging=Logging("/g", "JSON", "DEBUG"))
    assert (found["AWS_LAMBDA_LOG_FORMAT"], found["AWS_LAMBDA_LOG_LEVEL"]) == ("JSON", "DEBUG")


def test_no_endpoint(version):
    found = seen(version, endpoint="")
    assert not {"AWS_ENDPOINT_URL", "LOCALSTACK_HOSTNAME", "EDGE_PORT"} & set(found)


def test_an_endpoint_without_a_port(version):
    assert seen(version, endpoint="https://aws.home.example")["EDGE_PORT"] == "443"
