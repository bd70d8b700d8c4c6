"""Each button of the pages of a function, pressed as it is shown."""

from __future__ import annotations

import asyncio
import json

import pytest
from tests.console.cloud.lambda_.conftest import HELLO, RUNTIME, path
from tests.console.cloud.pressing import press

from homeport.console.cloud.lambda_.code import packages


async def pressed(visitor, location, text, /, *number, **filled):
    page = await visitor.get(location)
    return await visitor.follow(await press(visitor, page, text, *number, **filled))


def invoked(client, name):
    return json.loads(client.invoke(FunctionName=name, Payload=b"{}")["Payload"].read())


async def test_a_function_of_a_template_is_made_and_deleted(visitor, client):
    page = await pressed(visitor, "/lambda/new", "Create from the template", name="pressed-1")
    assert page.said() == ["The function pressed-1 was made."]
    said = client.get_function_configuration(FunctionName="pressed-1")
    assert (said["Runtime"], said["Timeout"], said["MemorySize"]) == (RUNTIME, 3, 128)
    assert said["Role"] == "arn:aws:iam::000000000000:role/lambda"
    page = await visitor.get(path("pressed-1", "/settings"))
    wrong = await press(visitor, page, "Delete the function", sure="pressed")
    assert wrong.status == 400
    page = await visitor.follow(await press(visitor, page, "Delete the function", sure="pressed-1"))
    assert page.said() == ["The function pressed-1 was deleted. Its logs stay."]


async def test_a_function_of_a_bucket(visitor, standing, client):
    s3 = standing.client("s3")
    s3.create_bucket(Bucket="pressed-code")
    s3.put_bucket_versioning(Bucket="pressed-code", VersioningConfiguration={"Status": "Enabled"})
    versions = []
    for text in ("first", "second"):
        body = packages.of_files({"app.py": HELLO.replace("world", text)}, 0)
        versions.append(s3.put_object(Bucket="pressed-code", Key="a b.zip", Body=body)["VersionId"])
    filled = {"bucket": "pressed-code", "key": "a b.zip"}
    page = await pressed(
        visitor,
        "/lambda/new",
        "Create from S3",
        name="pressed-2",
        runtime=RUNTIME,
        handler="app.handler",
        **filled,
    )
    assert page.said() == ["The function pressed-2 was made."]
    assert invoked(client, "pressed-2") == {"hello": "second"}
    page = await press(visitor, page, "Deploy from S3", **filled, object_version=versions[0])
    assert (await visitor.follow(page)).said() == ["The package was deployed from S3."]
    assert invoked(client, "pressed-2") == {"hello": "first"}


async def test_a_function_of_an_image(visitor, standing, client):
    for tag in ("first", "second"):
        standing.push("functions/pressed", tag)
    image = f"{standing.stack.registry}/functions/pressed"
    page = await pressed(
        visitor,
        "/lambda/new",
        "Create from the image",
        name="pressed-3",
        image=f"{image}:first",
        memory="256",
        timeout="9",
    )
    said = client.get_function_configuration(FunctionName="pressed-3")
    assert (said["PackageType"], said["MemorySize"], said["Timeout"]) == ("Image", 256, 9)
    assert "Upload and deploy" not in page.buttons()
    page = await visitor.follow(
        await press(visitor, page, "Deploy the image", image=f"{image}:second")
    )
    assert page.said() == [f"The function is {image}:second now."]
    page = await pressed(visitor, path("pressed-3", "/settings"), "Save the settings", memory="512")
    assert page.said() == ["The settings were changed."]
    assert client.get_function_configuration(FunctionName="pressed-3")["MemorySize"] == 512
    assert "Add the layer" not in (await visitor.get(path("pressed-3", "/environment"))).buttons()


async def test_uploads_lead_to_their_places(visitor, make):
    name = make()
    for location, action in (
        ("/lambda/new", "/lambda/new"),
        ("/lambda/layers", "/lambda/layers"),
        (path(name), path(name, "/code")),
    ):
        page = await visitor.get(location)
        assert page.find("form", data_file="").attributes["action"] == action
        assert any("files.js" in each.attributes["src"] for each in page.all("script"))


async def test_code_is_changed(visitor, client, make):
    name = make()
    page = await pressed(
        visitor, path(name), "Deploy this change", text=HELLO.replace("world", "pressed")
    )
    assert page.said() == ["app.py was changed and deployed."]
    assert invoked(client, name) == {"hello": "pressed"}
    page = await visitor.get(path(name))
    client.update_function_code(FunctionName=name, ZipFile=packages.of_files({"app.py": HELLO}, 0))
    wrong = await press(visitor, page, "Deploy this change", text="mine = 1\n")
    assert wrong.status == 409
    assert "Deploy this change" in wrong.buttons()


async def test_the_environment(visitor, client, make):
    name = make()
    its = path(name, "/environment")
    page = await pressed(visitor, its, "Set the variable", name="BB", value="two\nlines")
    assert page.said() == ["BB was set."]
    await pressed(visitor, its, "Set the variable", name="AA", value="ä")
    page = await visitor.get(its)
    assert [row[:2] for row in page.rows()] == [
        ["AA", "hidden, 1 character"],
        ["BB", "hidden, 9 characters"],
    ]
    assert (
        page.find("caption").text
        == "2 variables, 15 B of 4 KiB. Their values may be secrets, so they are hidden"
    )
    shown = await press(visitor, page, "Show the values")
    assert [row[:2] for row in shown.rows()] == [["AA", "ä"], ["BB", "two lines"]]
    assert "hidden" not in shown.find("caption").text
    assert shown.links["Hide the values"] == its
    page = await visitor.follow(await press(visitor, shown, "Remove the variable", 1))
    assert page.said() == ["BB was taken away."]
    variables = client.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
    assert variables == {"AA": "ä"}


async def test_layers_by_buttons(visitor, client, make):
    name = make()
    arns = [
        client.publish_layer_version(
            LayerName=f"pressed-{at}", Content={"ZipFile": packages.of_files({"a": str(at)}, 0)}
        )["LayerVersionArn"]
        for at in range(2)
    ]
    its = path(name, "/environment")
    for arn in arns:
        page = await pressed(visitor, its, "Add the layer", layer=arn)
        assert page.said() == ["The layers were changed."]
    points = [each.text for each in page.find("main").all("ol")[-1].all("li")]
    assert [arn in point for arn, point in zip(arns, points, strict=True)] == [True, True]
    assert points[0].endswith("Remove")
    assert " B" in points[0]
    await pressed(visitor, its, "Remove", 0)
    said = client.get_function_configuration(FunctionName=name)["Layers"]
    assert [each["Arn"] for each in said] == arns[1:]
    page = await visitor.get("/lambda/layers?layer=pressed-0")
    page = await visitor.follow(await press(visitor, page, "Delete"))
    assert page.said() == ["Version 1 of pressed-0 was deleted."]
    assert client.list_layer_versions(LayerName="pressed-0")["LayerVersions"] == []
    assert len(client.list_layer_versions(LayerName="pressed-1")["LayerVersions"]) == 1


async def test_versions_and_aliases_by_buttons(visitor, client, make):
    name = make()
    its = path(name, "/versions")
    page = await pressed(visitor, its, "Publish a version", description="one")
    assert page.said() == ["This is version 1."]
    client.update_function_configuration(FunctionName=name, Description="other")
    await pressed(visitor, its, "Publish a version")
    page = await pressed(
        visitor, its, "Create the alias", name="live", version="1", other="2", weight="12.5"
    )
    assert page.said() == ["live is version 1."]
    row = page.find("table").find("tbody").find("tr")
    assert row.find("input", name="other").attributes["value"] == "2"
    assert row.find("input", name="weight").attributes["value"] == "12.5"
    page = await visitor.follow(
        await press(visitor, page, "Lead it there", version="2", other="", weight="")
    )
    assert page.said() == ["live is version 2."]
    assert page.rows()[0][:3] == ["live", "2", "none"]
    page = await visitor.follow(
        await press(visitor, page, "Lead it there", other="1", weight="100")
    )
    assert page.rows()[0][:3] == ["live", "2", "100 % to version 1"]
    page = await visitor.follow(await press(visitor, page, "Remove the alias"))
    assert page.said() == ["The alias live was removed."]
    assert [row[0] for row in page.rows()] == ["$LATEST", "1", "2"]
    page = await visitor.follow(await press(visitor, page, "Delete", 0))
    assert page.said() == ["Version 1 was deleted."]
    assert [row[0] for row in page.rows()] == ["$LATEST", "2"]
    assert page.links["2"] == path(name, "?version=2")
    assert page.links["$LATEST"] == path(name)


async def test_event_sources(visitor, standing, client, make):
    name = make()
    standing.client("sqs").create_queue(QueueName="pressed-source")
    arn = "arn:aws:sqs:us-east-1:000000000000:pressed-source"
    its = path(name, "/sources")
    page = await pressed(visitor, its, "Add the event source", source=arn)
    assert page.said() == ["The function reads pressed-source."]
    made = client.list_event_source_mappings(FunctionName=name)["EventSourceMappings"][0]
    assert made["BatchSize"] == 10
    assert "FilterCriteria" not in made
    for text, state in (("Switch off", "Disabled"), ("Switch on", "Enabled")):
        await settled(client, made["UUID"])
        page = await pressed(visitor, its, text)
        word = text.rpartition(" ")[2]
        assert page.said() == [f"The event source was switched {word}."]
        await settled(client, made["UUID"], state)
        assert (await visitor.get(its)).rows()[0][1] == state.lower()
    page = await pressed(visitor, its, "Remove it")
    assert page.said() == ["The event source was removed."]


async def settled(client, uuid, *wanted):
    """Waits until a source is as it was told to be."""
    for _ in range(200):
        state = client.get_event_source_mapping(UUID=uuid)["State"]
        if state in (wanted or ("Enabled", "Disabled")):
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"it stays {state}")


async def test_events_out(visitor, standing, client, make):
    name = make()
    its = path(name, "/events")
    queues = []
    for queue in ("pressed-good", "pressed-bad"):
        standing.client("sqs").create_queue(QueueName=queue)
        queues.append(f"arn:aws:sqs:us-east-1:000000000000:{queue}")
    page = await visitor.get(its)
    assert "Reset" not in page.buttons()
    assert "2 times" in page.text
    assert "as many as the account lets" in page.text
    filled = {"success": queues[0], "failure": queues[1], "retries": "0", "age": "60"}
    page = await pressed(visitor, its, "Save the settings", **filled)
    assert page.said() == ["The settings of events were changed."]
    said = client.get_function_event_invoke_config(FunctionName=name)
    assert (said["MaximumRetryAttempts"], said["MaximumEventAgeInSeconds"]) == (0, 60)
    assert said["DestinationConfig"]["OnSuccess"]["Destination"] == queues[0]
    assert said["DestinationConfig"]["OnFailure"]["Destination"] == queues[1]
    again = await pressed(visitor, its, "Save the settings", success="")
    assert again.find("input", name="failure").attributes["value"] == queues[1]
    said = client.get_function_event_invoke_config(FunctionName=name)
    assert said["DestinationConfig"].get("OnSuccess", {}) == {}
    page = await pressed(visitor, its, "Reset")
    assert page.said() == ["The settings of events were reset."]
    assert "Reset" not in page.buttons()


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("retries", "3", "retries must be a whole number from 0 to 2."),
        ("age", "59", "age must be a whole number from 60 to 21600."),
        ("age", "21601", "age must be a whole number from 60 to 21600."),
    ],
)
async def test_bounds_of_events(visitor, make, field, value, said):
    name = make(f"-{value}")
    page = await press(
        visitor, await visitor.get(path(name, "/events")), "Save the settings", **{field: value}
    )
    assert page.status == 400
    assert said in page.text


async def test_concurrency(visitor, client, make):
    name = make()
    its = path(name, "/events")
    page = await pressed(visitor, its, "Save the concurrency", reserved="0")
    assert page.said() == ["0 run at once at most."]
    assert "at most 0" in page.text
    assert page.find("input", name="reserved").attributes["value"] == "0"
    assert client.get_function_concurrency(FunctionName=name)["ReservedConcurrentExecutions"] == 0
    page = await press(visitor, await visitor.get(path(name, "/test")), "Invoke")
    assert "Rate Exceeded" in page.find("div", class_="wrong").text
    page = await pressed(visitor, its, "Save the concurrency", reserved=" ")
    assert page.said() == ["No concurrency is reserved any more."]
    assert page.find("input", name="reserved").attributes["value"] == ""


@pytest.mark.parametrize(
    ("auth", "who"), [("NONE", "anybody"), ("AWS_IAM", "who signs requests (AWS_IAM)")]
)
async def test_a_url_by_buttons(visitor, client, make, auth, who):
    name = make(f"-{auth}")
    page = await pressed(visitor, path(name, "/access"), "Give it a URL", auth=auth)
    assert page.said() == ["The function has a URL."]
    assert who in page.find("dl").text
    assert client.get_function_url_config(FunctionName=name)["AuthType"] == auth
    page = await visitor.follow(await press(visitor, page, "Take it away"))
    assert page.said() == ["The URL was taken away."]
    assert "Give it a URL" in page.buttons()


async def test_the_policy_by_buttons(visitor, client, make):
    name = make()
    its = path(name, "/access")
    page = await pressed(
        visitor, its, "Add the statement", sid="one", principal="sns.amazonaws.com"
    )
    assert page.said() == ["The statement one was added."]
    assert page.rows()[0][:4] == ["one", "sns.amazonaws.com", "lambda:InvokeFunction", ""]
    await pressed(
        visitor,
        its,
        "Add the statement",
        sid="two",
        principal="123456789012",
        action="lambda:GetFunction",
        source="arn:aws:s3:::b",
    )
    page = await visitor.get(its)
    assert page.find("caption").text == "2 statements"
    assert "arn:aws:s3:::b" in page.rows()[1][3]
    policy = json.loads(page.find("main").all("pre")[-1].raw)
    assert [each["Sid"] for each in policy["Statement"]] == ["one", "two"]
    page = await visitor.follow(await press(visitor, page, "Remove the statement", 0))
    assert page.said() == ["The statement one was taken away."]
    assert [row[0] for row in page.rows()] == ["two"]


async def test_settings_and_tags_by_buttons(visitor, client, make):
    name = make(Description="before")
    its = path(name, "/settings")
    page = await visitor.get(its)
    saved = await visitor.follow(await press(visitor, page, "Save the settings"))
    assert saved.said() == ["The settings were changed."]
    said = client.get_function_configuration(FunctionName=name)
    assert (said["Description"], said["Handler"], said["Runtime"]) == (
        "before",
        "app.handler",
        RUNTIME,
    )
    stale = await press(visitor, page, "Save the settings", memory="256")
    assert stale.status >= 400
    await pressed(visitor, its, "Set the tag", key="z", value="x")
    page = await pressed(visitor, its, "Set the tag", key="a", value="")
    assert page.said() == ["The tag a was set."]
    assert [row[:2] for row in page.rows()] == [["a", ""], ["z", "x"]]
    page = await visitor.follow(await press(visitor, page, "Remove", 1))
    assert page.said() == ["The tag z was taken away."]
    assert client.get_function(FunctionName=name)["Tags"] == {"a": ""}
    empty = await visitor.post(path(name, "/tags"), {"key": "", "value": "x"})
    assert empty.status == 400
    assert "A tag needs a key." in empty.text


async def test_events_are_kept_and_invoked(visitor, make):
    name = make()
    its = path(name, "/test")
    page = await pressed(visitor, its, "Keep", name="mine", payload='{"name": "kept"}')
    assert page.said() == ["The event mine is kept until you log out."]
    assert page.find("a", aria_current="true").text == "mine"
    done = await press(visitor, page, "Invoke")
    assert json.loads(done.find("section", class_="card").find("pre").raw) == {"hello": "kept"}
    assert done.find("input", id="event-name").attributes["value"] == "mine"
    page = await visitor.get(page.links["mine"])
    page = await visitor.follow(await press(visitor, page, "Remove mine"))
    assert page.said() == ["The event mine was removed."]
    assert "mine" not in page.links
