"""What was made is there after a restart of the stack, and works."""

from __future__ import annotations

import json

import pytest
from tests.e2e.functions import deployed

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]
CODE = """
    import boto3, json, layer, os

    def handler(event, context):
        print("called with", event)
        told = {"event": event, "layer": layer.x, "version": context.function_version}
        if "Records" in event:
            text = event["Records"][0].get("body") or event["Records"][0]["Sns"]["Message"]
            boto3.client("sqs").send_message(QueueUrl=os.environ["QUEUE"], MessageBody=text)
        return told
    """
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}


def make(stack):
    """A role, a layer, a function with a version, an alias and a URL, and what calls it."""
    functions, iam, sns = (stack.client(name) for name in ("lambda", "iam", "sns"))
    role = iam.create_role(RoleName="kept", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]
    out_url, _ = deployed.queue(stack, "out")
    layer = functions.publish_layer_version(
        LayerName="kept", Content={"ZipFile": deployed.archive({"python/layer.py": "x = 5\n"})}
    )["LayerVersionArn"]
    arn = deployed.deploy(
        stack, "kept", CODE, Role=role["Arn"], Layers=[layer], variables={"QUEUE": out_url}
    )
    functions.publish_version(FunctionName="kept")
    functions.create_alias(FunctionName="kept", Name="live", FunctionVersion="1")
    _, in_arn = deployed.queue(stack, "in")
    functions.create_event_source_mapping(FunctionName="kept", EventSourceArn=in_arn)
    topic = sns.create_topic(Name="kept", Attributes={"DisplayName": "Kept"})["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=arn)
    stack.client("ssm").put_parameter(Name="/kept", Value="parameter", Type="String")
    stack.client("secretsmanager").create_secret(Name="kept", SecretString="secret")
    return topic, out_url


def described(stack, topic):
    """All that can be told of it."""
    functions, sns, iam = (stack.client(name) for name in ("lambda", "sns", "iam"))
    calls = {
        "function": lambda: functions.get_function_configuration(FunctionName="kept"),
        "versions": lambda: functions.list_versions_by_function(FunctionName="kept"),
        "aliases": lambda: functions.list_aliases(FunctionName="kept"),
        "mappings": lambda: functions.list_event_source_mappings(FunctionName="kept"),
        "layers": lambda: functions.list_layer_versions(LayerName="kept"),
        "topic": lambda: sns.get_topic_attributes(TopicArn=topic),
        "subscriptions": lambda: sns.list_subscriptions_by_topic(TopicArn=topic),
        "role": lambda: iam.get_role(RoleName="kept"),
        "parameter": lambda: stack.client("ssm").get_parameter(Name="/kept"),
        "secret": lambda: stack.client("secretsmanager").get_secret_value(SecretId="kept"),
    }
    answers = {name: call() for name, call in calls.items()}
    for answer in answers.values():
        del answer["ResponseMetadata"]
    return answers


def works(stack, topic, url, word):
    """Calls the function in each way."""
    told = deployed.invoke(stack, "kept:live", {"word": word})
    assert told == {"event": {"word": word}, "layer": 5, "version": "1"}
    stack.client("sns").publish(TopicArn=topic, Message=f"{word} of a topic")
    sqs = stack.client("sqs")
    queue = sqs.get_queue_url(QueueName="in")["QueueUrl"]
    sqs.send_message(QueueUrl=queue, MessageBody=f"{word} of a queue")
    came = deployed.messages(stack, url, 2)
    assert set(came) == {f"{word} of a topic", f"{word} of a queue"}
    assert word in deployed.log(stack, "kept", word)


def test_all_is_there_after_a_restart_and_works(stack):
    topic, url = make(stack)
    works(stack, topic, url, "before")
    told = deployed.until(lambda: described(stack, topic))
    stack.down()
    stack.up()
    assert described(stack, topic) == told
    assert "before" in deployed.log(stack, "kept", "before")
    works(stack, topic, url, "after")
