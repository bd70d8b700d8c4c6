"""Any history of a function's versions and aliases against plain dicts, after each step and after a restart."""

import asyncio
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.aws.lambda_.conftest import Client, zipped

from homeport.aws.protocol.call import AwsError
from homeport.clock import VirtualClock

NAMES = st.sampled_from(["a", "b"])
VERSIONS = st.sampled_from(["$LATEST", "1", "2", "3", "9"])
STEPS = st.one_of(
    st.tuples(st.just("code"), st.sampled_from(["x", "y"]), st.booleans()),
    st.tuples(st.just("configure"), st.sampled_from(["", "d", "e"])),
    st.tuples(st.just("publish")),
    st.tuples(st.just("unpublish"), VERSIONS),
    st.tuples(st.just("point"), NAMES, VERSIONS, st.none() | VERSIONS),
    st.tuples(st.just("unpoint"), NAMES),
    st.tuples(st.just("remake")),
    st.tuples(st.just("restart")),
)


class Model:
    """What a function is, without any storage."""

    def __init__(self):
        self.begin()

    def begin(self):
        self.versions = {"$LATEST": ("x", "")}
        self.aliases = {}
        self.last = 0
        self.published = None

    def publish(self):
        latest = self.versions["$LATEST"]
        if self.published != latest or str(self.last) not in self.versions:
            self.last += 1
            self.versions[str(self.last)] = latest
            self.published = latest

    def code(self, code, publish):
        self.versions["$LATEST"] = (code, self.versions["$LATEST"][1])
        if publish:
            self.publish()

    def configure(self, description):
        self.versions["$LATEST"] = (self.versions["$LATEST"][0], description)

    def unpublish(self, version):
        used = {each for alias in self.aliases.values() for each in alias}
        if version == "$LATEST" or (version in used and version in self.versions):
            return False
        self.versions.pop(version, None)
        return True

    def point(self, name, version, other):
        versions = {version} | ({other} if other else set())
        both = other is not None
        if both and ("$LATEST" in versions or version == other):
            return False
        if not versions <= self.versions.keys():
            return False
        self.aliases[name] = (version, other) if both else (version,)
        return True


async def perform(client, model, step):
    """Does a step to both; they must agree on whether it can be done."""
    kind, *values = step
    if kind in ("code", "configure", "publish"):
        getattr(model, kind)(*values)
        await APPLY[kind](client, *values)
        return
    if kind == "restart":
        await client.restart()
        return
    if kind == "remake":
        model.begin()
        await client("DeleteFunction", FunctionName="f")
        await client.make(files={"code": "x"})
        return
    if kind == "unpoint":
        model.aliases.pop(values[0], None)
        await client("DeleteAlias", FunctionName="f", Name=values[0])
        return
    is_known = kind == "point" and values[0] in model.aliases
    expected = getattr(model, kind)(*values)
    try:
        await APPLY[kind](client, *values, is_known=is_known)
    except AwsError:
        assert not expected
    else:
        assert expected


async def code(client, text, publish):
    await client(
        "UpdateFunctionCode", FunctionName="f", ZipFile=zipped({"code": text}), Publish=publish
    )


async def configure(client, description):
    await client("UpdateFunctionConfiguration", FunctionName="f", Description=description)


async def publish(client):
    await client("PublishVersion", FunctionName="f")


async def unpublish(client, version, is_known):
    await client("DeleteFunction", FunctionName="f", Qualifier=version)


async def point(client, name, version, other, is_known):
    operation = "UpdateAlias" if is_known else "CreateAlias"
    routing = {"AdditionalVersionWeights": {other: 0.5} if other else {}}
    await client(
        operation, FunctionName="f", Name=name, FunctionVersion=version, RoutingConfig=routing
    )


APPLY = {
    "code": code,
    "configure": configure,
    "publish": publish,
    "unpublish": unpublish,
    "point": point,
}


async def check(client, model):
    page = await client("ListVersionsByFunction", FunctionName="f")
    found = {each["Version"]: each["Description"] for each in page["Versions"]}
    assert found == {name: description for name, (_, description) in model.versions.items()}
    page = await client("ListAliases", FunctionName="f")
    assert {each["Name"]: each["FunctionVersion"] for each in page["Aliases"]} == {
        name: versions[0] for name, versions in model.aliases.items()
    }
    for name, versions in model.aliases.items():
        client.draws.next = 0.4
        assert client.resolve("f", name).version.version == versions[-1]
        client.draws.next = 0.6
        assert client.resolve("f", name).version.version == versions[0]
    for name, (text, _) in model.versions.items():
        code = await client.lambda_.functions.code(client.resolve("f", name).version)
        assert (code.task / "code").read_text() == text
        client.lambda_.functions.release(code)
    packages = {client.resolve("f", name).version.file for name in model.versions}
    files = (client.folder / "lambda" / "files").rglob("*")
    assert {path.name for path in files if path.is_file()} == packages


async def history(steps):
    with tempfile.TemporaryDirectory() as folder:
        client = await Client(Path(folder), VirtualClock()).open()
        try:
            model = Model()
            await client.make(files={"code": "x"})
            for step in steps:
                await perform(client, model, step)
                await check(client, model)
            await client.restart()
            await check(client, model)
        finally:
            await client.lambda_.close()


@settings(max_examples=40, deadline=None)
@given(st.lists(STEPS, max_size=12))
def test_any_history(steps):
    asyncio.run(history(steps))
