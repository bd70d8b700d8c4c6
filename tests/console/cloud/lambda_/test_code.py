"""The list of functions, their code, and new ones."""

from __future__ import annotations

import io
import json
import time
import zipfile

import pytest
from tests.console.cloud.lambda_.conftest import HELLO, PAGES, RUNTIME, path

from homeport.console.cloud.lambda_.code import packages

HOSTILE = {
    "app.py": HELLO,
    "<script>alert(1)</script>.txt": "<script>alert(1)</script> & </textarea>",
    "sub/ä %2F?&#.py": "pass",
    "data.bin": "\x00\x01",
    "empty": "",
}


def invoked(client, name):
    return json.loads(client.invoke(FunctionName=name, Payload=b"{}")["Payload"].read())


async def packed(visitor, name):
    """The package of a function."""
    answer = await visitor.send("GET", path(name, "/package"))
    return zipfile.ZipFile(io.BytesIO(b"".join([piece async for piece in answer.body])))


async def test_what_there_is_of_a_function(visitor, make):
    name = make(MemorySize=256, Description="<b>about</b>")
    page = await visitor.get(f"/lambda?search={name.upper()}")
    row = page.rows()[0]
    assert row[0] == f"{name} <b>about</b>"
    assert row[1:4] == [RUNTIME, "256 MB", "10 s"]
    assert row[5:] == ["active", "just now"]


async def test_no_function_is_said(visitor):
    page = await visitor.get("/in/000000000000/ap-south-2/lambda")
    assert "There is no function in account 000000000000, region ap-south-2." in page.text
    page = await visitor.get("/lambda?search=%3Cb%3E", is_part=True)
    assert "No function has “<b>” in its name or runtime." in page.text
    assert not page.all("html")


async def test_more_functions_than_a_page_has(visitor, client, make):
    for at in range(120):
        make(f"-{at:04}")
    path_, seen, taken = "/lambda", [], []
    while path_:
        begun = time.process_time()
        page = await visitor.get(path_)
        taken.append(time.process_time() - begun)
        seen += [row[0] for row in page.rows()]
        path_ = page.links.get("Next")
    mine = [name for name in seen if name.startswith("more_functions")]
    assert len(mine) == len(set(mine)) == 120
    assert min(taken) < 0.1
    found = await visitor.get("/lambda?search=a_page_has-0119")
    assert [row[0] for row in found.rows()] == [mine[-1]]
    for name in mine:
        client.delete_function(FunctionName=name)


async def test_the_file_of_the_handler_is_open(visitor, make):
    name = make(files={"a.txt": "first", "pkg/app.py": HELLO}, Handler="pkg.app.handler")
    page = await visitor.get(path(name))
    assert page.find("textarea", id="text").raw.lstrip("\n") == HELLO
    assert page.find("a", aria_current="true").text == "pkg/app.py"


async def test_hostile_files_are_shown_as_text(visitor, make):
    name = make(files=HOSTILE)
    page = await visitor.get(path(name))
    assert len(page.all("script")) == 3
    links = page.find("ul", class_="tree").all("a")
    assert {each.text for each in links} == {" ".join(each.split()) for each in HOSTILE}
    for link in links:
        opened = await visitor.get(link.attributes["href"])
        assert opened.status == 200
        if link.text.startswith("<script>"):
            assert (
                opened.find("textarea", id="text").raw.lstrip("\n")
                == HOSTILE["<script>alert(1)</script>.txt"]
            )
        if link.text == "data.bin":
            assert "This file is no text." in opened.text
    assert (await visitor.get(path(name, "?file=../../etc/passwd"))).status == 404


async def test_a_change_is_deployed_and_runs(visitor, client, make):
    name = make(files={"app.py": HELLO, "other": "stays\r\n"})
    form = (await visitor.get(path(name))).form(path(name, "/code"))
    text = "def handler(event, context):\r\n    return 'changed ✓'\r\n"
    page = await visitor.post(path(name, "/code"), {**form, "text": text})
    assert "app.py was changed and deployed." in (await visitor.follow(page)).said()
    assert invoked(client, name) == "changed ✓"
    with await packed(visitor, name) as found:
        assert found.read("other") == b"stays\r\n"
        assert b"\r" not in found.read("app.py")


async def test_lines_that_ended_by_cr_lf_still_do(visitor, make):
    name = make(files={"app.py": HELLO, "dos.txt": "a\r\nb\r\n"})
    form = (await visitor.get(path(name, "?file=dos.txt"))).form(path(name, "/code"))
    await visitor.post(path(name, "/code"), {**form, "text": "a\r\nc\r\n"})
    with await packed(visitor, name) as found:
        assert found.read("dos.txt") == b"a\r\nc\r\n"


async def test_code_that_somebody_else_has_deployed_is_not_lost(visitor, client, make):
    name = make()
    form = (await visitor.get(path(name))).form(path(name, "/code"))
    other = packages.of_files({"app.py": HELLO.replace("world", "others")}, 0)
    client.update_function_code(FunctionName=name, ZipFile=other)
    page = await visitor.post(path(name, "/code"), {**form, "text": "mine = 1\n"})
    assert page.status == 409
    assert "Somebody else has deployed other code" in page.text
    assert page.find("textarea", id="text").raw.lstrip("\n") == "mine = 1\n"
    assert invoked(client, name) == {"hello": "others"}


async def test_a_zip_is_uploaded(visitor, client, make):
    name = make()
    body = packages.of_files({"app.py": HELLO.replace("world", "upload")}, 0)
    page = await visitor.put(path(name, "/code"), body)
    assert page.headers["hx-redirect"] == path(name)
    assert invoked(client, name) == {"hello": "upload"}
    for wrong, said in ((b"", "empty"), (b"no zip", "refused")):
        page = await visitor.put(path(name, "/code"), wrong)
        assert page.status == 400
        assert said in page.text


async def test_a_zip_of_a_bucket(visitor, standing, client, make):
    name = make()
    s3 = standing.client("s3")
    s3.create_bucket(Bucket="code-of-functions")
    body = packages.of_files({"app.py": HELLO.replace("world", "bucket")}, 0)
    s3.put_object(Bucket="code-of-functions", Key="a b.zip", Body=body)
    wanted = {"bucket": "code-of-functions", "key": "a b.zip"}
    page = await visitor.post(path(name, "/code/from"), wanted)
    assert page.status == 303
    assert invoked(client, name) == {"hello": "bucket"}
    page = await visitor.post(path(name, "/code/from"), {**wanted, "key": "nothing"})
    assert page.status in {400, 404}
    page = await visitor.post(
        "/lambda/new",
        {
            **wanted,
            "from": "s3",
            "name": "from-a-bucket",
            "runtime": RUNTIME,
            "handler": "app.handler",
        },
    )
    assert page.status == 303
    assert invoked(client, "from-a-bucket") == {"hello": "bucket"}


async def test_a_function_of_a_template_runs(visitor, client):
    page = await visitor.get("/lambda/new")
    assert page.find("select", id="t-runtime").find("option", selected="").text == RUNTIME
    wanted = {
        "from": "template",
        "name": "of-a-template",
        "runtime": RUNTIME,
        "memory": "256",
        "timeout": "7",
    }
    page = await visitor.follow(await visitor.post("/lambda/new", wanted))
    assert "The function of-a-template was made." in page.said()
    said = client.get_function_configuration(FunctionName="of-a-template")
    assert (said["MemorySize"], said["Timeout"]) == (256, 7)
    assert invoked(client, "of-a-template")["statusCode"] == 200


@pytest.mark.parametrize("runtime", ["nodejs22.x", "ruby3.4", "provided.al2023"])
async def test_templates_of_other_languages_are_whole(visitor, client, runtime):
    name = f"template-{runtime.replace('.', '-')}"
    page = await visitor.post("/lambda/new", {"from": "template", "name": name, "runtime": runtime})
    page = await visitor.follow(page)
    assert page.status == 200
    assert len(page.find("textarea", id="text").raw) > 50


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({"name": ""}, "A name is missing."),
        ({"name": "x y"}, "CreateFunction was refused"),
        ({"runtime": "java21"}, "There is no template for java21"),
        ({"memory": "1"}, "memory must be a whole number from 128 to 10240."),
        ({"timeout": "x"}, "timeout must be"),
        ({"from": "s3", "bucket": ""}, "The bucket is missing."),
        ({"from": "image", "image": ""}, "The image is missing."),
    ],
)
async def test_what_is_wrong_is_said_and_what_was_filled_in_stays(visitor, wanted, said):
    filled = {"from": "template", "name": "never-made", "runtime": RUNTIME, **wanted}
    page = await visitor.post("/lambda/new", filled)
    assert page.status == 400
    assert said in page.find("div", class_="wrong").text
    assert page.find("input", id="t-name").attributes["value"] == filled["name"]


async def test_a_function_of_an_uploaded_zip(visitor, client):
    query = f"name=of-a-zip&runtime={RUNTIME}&handler=app.handler&memory=128&timeout=3"
    page = await visitor.put(f"/lambda/new?{query}", packages.of_files({"app.py": HELLO}, 0))
    assert page.headers["hx-redirect"] == path("of-a-zip")
    assert invoked(client, "of-a-zip") == {"hello": "world"}


async def test_a_version_is_shown_and_not_edited(visitor, client, make):
    name = make()
    client.publish_version(FunctionName=name)
    page = await visitor.get(path(name, "?version=1"))
    assert "This is version 1, which never changes." in page.text
    assert page.all("textarea") == []
    assert "def handler" in page.find("pre").text


async def test_a_function_that_is_not_there(visitor):
    for end in (*PAGES, "/package"):
        page = await visitor.get(path("nowhere", end))
        assert page.status == 404, end
        assert "Function not found" in page.text


@pytest.mark.parametrize("name", ["%3Cscript%3E", "a%2Fb", "%25", "🚢", "x" * 1024])
async def test_names_that_no_function_has(visitor, name):
    page = await visitor.get(path(name))
    assert page.status in {400, 404}
    assert page.find("h1").text in {"This did not work", "Not found"}


async def test_a_function_is_deleted_once_its_name_is_written(visitor, client, make):
    name = make()
    page = await visitor.post(path(name, "/delete"), {"sure": "yes"})
    assert page.status == 400
    assert client.get_function(FunctionName=name)
    page = await visitor.post(path(name, "/delete"), {"sure": name})
    assert page.location == "/lambda"
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.get_function(FunctionName=name)


async def test_layers(visitor, client, make):
    assert (await visitor.get("/lambda/layers")).status == 200
    name = make(
        files={"app.py": "import thing\ndef handler(event, context):\n    return thing.IT\n"}
    )
    body = packages.of_files({"python/thing.py": "IT = 'of the layer'\n"}, 0)
    page = await visitor.put("/lambda/layers?name=things&description=a+b", body)
    assert page.status == 200
    page = await visitor.get("/lambda/layers")
    arn = next(row[2] for row in page.rows() if row[0] == "things").removesuffix(" Copy")
    page = await visitor.follow(await visitor.post(path(name, "/layers"), {"layer": arn}))
    assert arn in page.text
    assert invoked(client, name) == "of the layer"
    await visitor.post(path(name, "/layers"), {"layer": arn, "remove": "yes"})
    assert client.get_function_configuration(FunctionName=name).get("Layers", []) == []
    assert len((await visitor.get("/lambda/layers?layer=things")).rows()) == 1
    await visitor.post("/lambda/layers/delete", {"layer": "things", "version": "1"})
    assert client.list_layer_versions(LayerName="things")["LayerVersions"] == []


READER_POSTS = (
    "/code",
    "/code/from",
    "/test",
    "/sources",
    "/sources/switch",
    "/sources/remove",
    "/versions",
    "/versions/delete",
    "/aliases",
    "/aliases/remove",
    "/environment",
    "/environment/values",
    "/layers",
    "/events",
    "/concurrency",
    "/url",
    "/url/remove",
    "/policy",
    "/policy/remove",
    "/settings",
    "/tags",
    "/delete",
)


async def test_a_reader_looks_and_changes_nothing(reader, client, make):
    name = make(Environment={"Variables": {"SECRET": "of-the-function"}})
    before = client.get_function_configuration(FunctionName=name)
    for end in PAGES:
        page = await reader.get(path(name, end))
        assert page.status == 200
        forms = [each for each in page.all("form") if each.attributes.get("method") == "post"]
        assert [each.attributes["action"] for each in forms] == ["/logout"], end
        assert page.all("form", data_file="") == []
        assert b"of-the-function" not in page.body
    for end in READER_POSTS:
        assert (await reader.post(path(name, end))).status == 403, end
    for location in ("/lambda/new", "/lambda/layers/delete"):
        assert (await reader.post(location)).status == 403
    for location in ("/lambda/new", "/lambda/layers", path(name, "/code")):
        assert (await reader.put(location, b"x")).status == 403
    after = client.get_function_configuration(FunctionName=name)
    assert after["RevisionId"] == before["RevisionId"]
    assert after["CodeSha256"] == before["CodeSha256"]
