"""One function, as its pages see it.

https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from homeport.console.rendering import filters
from homeport.console.visit import Visit

TABS = (
    ("Code", ""),
    ("Test", "/test"),
    ("Logs", "/logs"),
    ("Event sources", "/sources"),
    ("Versions", "/versions"),
    ("Environment", "/environment"),
    ("Events out", "/events"),
    ("Access", "/access"),
    ("Settings", "/settings"),
)
_WITHOUT_HANDLER = ("provided", "go1")


@dataclass(frozen=True)
class Function:
    """What GetFunction says, without the values of the environment in any text of it."""

    name: str
    said: dict[str, Any]
    """Its configuration."""
    location: str
    """The URL of its package; empty where it has none."""
    image: str
    """The image that it is; empty where it is a zip."""
    tags: dict[str, str]
    reserved: int | None
    """Its reserved concurrency."""

    @property
    def path(self) -> str:
        """Where its pages are."""
        return address(self.name)

    @property
    def runtime(self) -> str:
        """Such as `python3.13`; empty for an image."""
        return str(self.said.get("Runtime", ""))

    @property
    def arn(self) -> str:
        """Without a version."""
        return str(self.said["FunctionArn"])

    @property
    def log_group(self) -> str:
        """Where its lines go: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-loggroups.html"""
        named = self.said.get("LoggingConfig", {}).get("LogGroup")
        return str(named or f"/aws/lambda/{self.name}")

    @property
    def is_image(self) -> bool:
        """Whether it comes as a container image."""
        return bool(self.said.get("PackageType") == "Image")

    @property
    def handler_files(self) -> list[str]:
        """The files in which its handler may be.

        https://docs.aws.amazon.com/lambda/latest/dg/python-handler.html, https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html
        """
        if self.runtime.startswith(_WITHOUT_HANDLER):
            return ["bootstrap"]
        module = str(self.said.get("Handler", "")).rpartition(".")[0]
        if self.runtime.startswith("python"):
            path = module.replace(".", "/")
            return [f"{path}.py", f"{path}/__init__.py"]
        ends = {"nodejs": ("js", "mjs", "cjs", "ts"), "ruby": ("rb",)}
        for family, known in ends.items():
            if self.runtime.startswith(family):
                return [f"{module}.{end}" for end in known]
        return []

    @property
    def changed(self) -> float | None:
        """When, in seconds since the epoch."""
        return moment(self.said.get("LastModified", ""))


def address(name: str) -> str:
    """Where the pages of a function are."""
    return f"/lambda/functions/{filters.segment(name)}"


def moment(text: str) -> float | None:
    """Lambda's own form of a time, `2026-01-31T15:04:05.000+0000`."""
    try:
        return datetime.datetime.fromisoformat(text).timestamp()
    except ValueError:
        return None


def read(said: dict[str, Any]) -> Function:
    """A function from the answer of GetFunction."""
    configuration = said["Configuration"]
    code = said.get("Code", {})
    return Function(
        configuration["FunctionName"],
        configuration,
        code.get("Location", ""),
        code.get("ImageUri", ""),
        said.get("Tags", {}),
        said.get("Concurrency", {}).get("ReservedConcurrentExecutions"),
    )


async def find(visit: Visit, qualifier: str = "") -> Function:
    """The function that the path names. Raises `Trouble` where there is none."""
    more = {"Qualifier": qualifier} if qualifier else {}
    name = visit.names["function"]
    return read(await visit.cloud.call("lambda", "GetFunction", FunctionName=name, **more))


def frame(function: Function, tab: str) -> dict[str, Any]:
    """What the template around all pages of a function wants."""
    way = [("Lambda", "/lambda"), (function.name, function.path if tab != "Code" else "")]
    if tab != "Code":
        way.append((tab, ""))
    return {
        "function": function,
        "way": way,
        "tabs": [(text, function.path + end, text == tab) for text, end in TABS],
        "tab": tab,
    }
