"""The list of queues, making one, its settings, its end."""

import json

import pytest
from botocore.exceptions import ClientError
from tests.console.cloud.sqs.conftest import arn


async def test_the_list_tells_what_each_queue_has(visitor, queues):
    name, dead = queues.dead_letters()
    queues.send(name, "a", "b", "c")
    queues.receive(name, 1)
    queues.send(name, "later", DelaySeconds=100)
    page = await visitor.get(f"/sqs?search={name}")
    (row,) = [row for row in page.rows() if row[0] == name]
    assert row[1:4] == ["2", "1", "1"]
    assert row[4].endswith(("ms", "s"))
    assert row[5] == f"to {dead}"
    page = await visitor.get(f"/sqs?search={dead}")
    assert page.rows()[0][5] == "takes those of 1 queue"
    assert page.links[dead] == f"/sqs/q/{dead}"


async def test_the_list_is_searched_by_prefix_and_sorted(visitor, queues):
    word = queues.name("sorted")
    names = [queues.make(word) for _ in range(3)]
    for number, name in enumerate(names):
        queues.send(name, *"xyz"[: (number + 1) % 3])
    page = await visitor.get(f"/sqs?search={word}&sort=visible&order=desc")
    assert [row[0] for row in page.rows()] == [names[1], names[0], names[2]]
    assert page.find("th", aria_sort="descending").text == "Visible"
    part = await visitor.get(f"/sqs?search={word}", is_part=True)
    assert part.all("html") == []
    assert [row[0] for row in part.rows()] == names


async def test_lists_that_are_empty(visitor):
    page = await visitor.get("/sqs?search=nothing-is-called-so")
    assert "No queue has a name that begins with “nothing-is-called-so”" in page.text
    page = await visitor.get("/sqs?search=%3Cscript%3Ealert(1)%3C/script%3Eä")
    assert "<script>alert" not in page.body.decode()
    assert page.status == 200
    page = await visitor.get("/in/000000000000/eu-north-1/sqs")
    assert "There is no queue in account 000000000000, region eu-north-1." in page.text


async def test_a_queue_is_made_with_all_that_can_be_set(visitor, queues):
    dead, name = queues.make("dead"), queues.name("made")
    page = await visitor.get("/sqs/new")
    fields = page.form("/sqs") | {"encryption": "none"}
    fields |= {
        "name": name,
        "VisibilityTimeout": "7",
        "MessageRetentionPeriod": "86400",
        "DelaySeconds": "3",
        "ReceiveMessageWaitTimeSeconds": "2",
        "MaximumMessageSize": "2048",
        "dead_letters": dead,
        "receives": "4",
        "Policy": '{"Version": "2012-10-17", "Statement": []}',
        "tags": "team = a = b\nstage = test",
    }
    page = await visitor.follow(await visitor.post("/sqs", fields))
    assert page.said() == [f"The queue {name} was made."]
    found = queues.attributes(name)
    assert found["VisibilityTimeout"] == "7"
    assert found["MessageRetentionPeriod"] == "86400"
    assert found["DelaySeconds"] == "3"
    assert found["ReceiveMessageWaitTimeSeconds"] == "2"
    assert found["MaximumMessageSize"] == "2048"
    assert found["SqsManagedSseEnabled"] == "false"
    assert json.loads(found["RedrivePolicy"]) == {
        "deadLetterTargetArn": arn(dead),
        "maxReceiveCount": 4,
    }
    tags = queues.client.list_queue_tags(QueueUrl=queues.url(name))["Tags"]
    assert tags == {"team": "a = b", "stage": "test"}


async def test_a_fifo_queue_is_made_of_the_form_as_it_stands(visitor, queues):
    name = queues.name("ordered")
    page = await visitor.get("/sqs/new?fifo=1")
    fields = page.form("/sqs") | {"name": name, "ContentBasedDeduplication": "true"}
    page = await visitor.follow(await visitor.post("/sqs", fields))
    assert page.find("h1").text == f"{name}.fifo FIFO"
    found = queues.attributes(f"{name}.fifo")
    assert (found["FifoQueue"], found["ContentBasedDeduplication"]) == ("true", "true")
    assert found["SqsManagedSseEnabled"] == "true"


async def test_a_key_of_kms_is_kept(visitor, queues):
    name = queues.make()
    page = await visitor.get(f"/sqs/q/{name}/settings")
    fields = page.form(f"/sqs/q/{name}/settings")
    fields |= {"encryption": "kms", "KmsMasterKeyId": "alias/x"}
    await visitor.post(f"/sqs/q/{name}/settings", fields)
    found = queues.attributes(name)
    assert (found["KmsMasterKeyId"], found["SqsManagedSseEnabled"]) == ("alias/x", "false")
    await visitor.post(f"/sqs/q/{name}/settings", fields | {"encryption": "sqs"})
    assert "KmsMasterKeyId" not in queues.attributes(name)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name": ""}, "The name of the queue is missing."),
        ({"name": "not a name"}, "Can only include alphanumeric characters"),
        ({"name": "n", "VisibilityTimeout": "43201"}, "from 0 to 43,200 seconds"),
        ({"name": "n", "MaximumMessageSize": "x"}, "from 1,024 to 1,048,576 bytes"),
        ({"name": "n", "dead_letters": "none-such"}, "Dead letter target does not exist"),
        ({"name": "n", "Policy": '{"a":\n,}'}, "The policy is no JSON: Expecting value in line 2"),
        ({"name": "n", "tags": "a=1\nb"}, "Line 2 of the tags is not key = value."),
        ({"name": "n", "encryption": "kms"}, "The id or alias of the KMS key is missing."),
    ],
)
async def test_what_is_wrong_with_a_new_queue_is_said(visitor, queues, fields, said):
    await visitor.get("/sqs/new")
    page = await visitor.post("/sqs", fields)
    assert page.status == 400
    assert said in page.text
    with pytest.raises(ClientError):
        queues.client.get_queue_url(QueueName="n")


async def test_a_name_that_is_taken(visitor, queues):
    name = queues.make(VisibilityTimeout="5")
    await visitor.get("/sqs/new")
    page = await visitor.post("/sqs", {"name": name})
    assert (page.status, f"There is a queue {name} already." in page.text) == (409, True)
    assert queues.attributes(name)["VisibilityTimeout"] == "5"


async def test_settings_change_only_what_is_otherwise(visitor, queues):
    name = queues.make(VisibilityTimeout="5")
    address = f"/sqs/q/{name}/settings"
    fields = (await visitor.get(address)).form(address)
    page = await visitor.follow(await visitor.post(address, fields))
    assert page.said() == ["Nothing was changed."]
    page = await visitor.follow(await visitor.post(address, fields | {"DelaySeconds": "9"}))
    assert page.said() == ["Set: DelaySeconds."]
    found = queues.attributes(name)
    assert (found["DelaySeconds"], found["VisibilityTimeout"]) == ("9", "5")
    allow = '{"redrivePermission": "denyAll"}'
    await visitor.post(address, fields | {"DelaySeconds": "9", "RedriveAllowPolicy": allow})
    assert json.loads(queues.attributes(name)["RedriveAllowPolicy"]) == json.loads(allow)


async def test_policy_and_tags_are_set_and_removed(visitor, queues):
    name = queues.make()
    await visitor.get(f"/sqs/q/{name}/settings")
    policy = {"Version": "2012-10-17", "Statement": [{"Sid": "</textarea><b>"}]}
    await visitor.post(f"/sqs/q/{name}/policy", {"Policy": json.dumps(policy)})
    await visitor.post(f"/sqs/q/{name}/tags", {"tags": "a = 1\nb = <i>"})
    page = await visitor.get(f"/sqs/q/{name}/settings")
    assert json.loads(page.form(f"/sqs/q/{name}/policy")["Policy"]) == policy
    assert page.form(f"/sqs/q/{name}/tags")["tags"] == "a = 1\nb = <i>"
    await visitor.post(f"/sqs/q/{name}/tags", {"tags": "b = 2"})
    await visitor.post(f"/sqs/q/{name}/policy", {"Policy": " "})
    assert queues.client.list_queue_tags(QueueUrl=queues.url(name))["Tags"] == {"b": "2"}
    assert "Policy" not in queues.attributes(name)


async def test_purge_once_in_a_minute(visitor, queues):
    name = queues.make()
    queues.send(name, "a", "b")
    page = await visitor.get(f"/sqs/q/{name}/settings")
    assert "2 visible messages, 0 in flight and 0 delayed go" in page.text
    page = await visitor.follow(await visitor.post(f"/sqs/q/{name}/purge"))
    assert page.said() == [f"All messages of {name} were removed."]
    assert queues.counts(name) == (0, 0, 0)
    page = await visitor.post(f"/sqs/q/{name}/purge")
    assert page.status == 403
    assert "allowed every 60 seconds" in page.text


async def test_deleting_says_what_goes(visitor, queues):
    name, dead = queues.dead_letters()
    page = await visitor.get(f"/sqs/q/{dead}/settings")
    assert f"It is the dead-letter queue of {name}" in page.text
    page = await visitor.follow(await visitor.post(f"/sqs/q/{dead}/delete"))
    assert page.said() == [f"The queue {dead} was deleted."]
    with pytest.raises(ClientError):
        queues.attributes(dead)
    assert (await visitor.get(f"/sqs/q/{dead}")).status == 404


PAGES = ["", "/messages", "/redrive", "/settings"]
WRITES = ["/send", "/receive", "/redrive", "/settings", "/policy", "/tags", "/purge", "/delete"]


async def test_a_reader_looks_and_changes_nothing(reader, queues):
    name = queues.make()
    queues.send(name, "secret <b>body</b>")
    for path in PAGES:
        page = await reader.get(f"/sqs/q/{name}{path}")
        assert page.status == 200
        forms = [each.attributes["action"] for each in page.all("form", method="post")]
        assert forms == ["/logout"]
        assert not {"Send", "Receive"} & page.links.keys()
    assert "VisibilityTimeout" in page.text
    assert "Create a queue" not in (await reader.get("/sqs")).text
    for path in WRITES:
        page = await reader.post(f"/sqs/q/{name}{path}", {"body": "x"})
        assert page.status == 403
        assert "You may look at the local AWS, not change it." in page.text
    for path in ("/sqs/new", f"/sqs/q/{name}/send", f"/sqs/q/{name}/receive"):
        assert (await reader.get(path)).status == 403
    assert (await reader.post("/sqs", {"name": "no"})).status == 403
    assert queues.counts(name) == (1, 0, 0)


@pytest.mark.parametrize(
    "name",
    ["none", "%3Cscript%3E", "a%2Fb", "a%00b", "ä", "%F0%9F%92%A5", "x" * 1024, "..", "%2e%2e"],
)
@pytest.mark.parametrize("path", PAGES)
async def test_queues_that_are_not_there(visitor, name, path):
    page = await visitor.get(f"/sqs/q/{name}{path}")
    assert page.status == 404
    assert "There is no" in page.text


async def test_another_account_and_region(visitor, standing):
    far = standing.of("sqs", "eu-west-3")
    far.create_queue(QueueName="far-away")
    page = await visitor.get("/sqs/q/far-away")
    assert page.status == 404
    page = await visitor.get("/in/000000000000/eu-west-3/sqs/q/far-away")
    assert page.status == 200
    assert "arn:aws:sqs:eu-west-3:000000000000:far-away" in page.text
    there = await visitor.get(page.links["SQS"])
    assert [row[0] for row in there.rows()] == ["far-away"]
