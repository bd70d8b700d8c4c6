"""Stacks and their objects, for the tests beside this."""

from __future__ import annotations

import base64
import os

from homeport.stack import load, settings
from homeport.targets.kubernetes.objects import kinds, render

HTPASSWD = "admin:$2b$05$" + "a" * 21 + "O" + "b" * 31 + "\n"
MATERIAL = render.Material(HTPASSWD)


def chosen(given: dict[str, str] | None = None, config: str = os.devnull) -> settings.Settings:
    """Settings by their keys, each as text; nothing of this machine is among them."""
    flags = {"data": "/srv/homeport", **(given or {})}
    return load.load(flags, {}, config=config).settings


class Rendered:
    """Objects, by kind and name."""

    def __init__(self, given: dict[str, str] | None = None, material=MATERIAL) -> None:
        self.all = render.objects(chosen(given), material)
        self.by_ref = {(obj["kind"], obj["metadata"]["name"]): obj for obj in self.all}

    def __contains__(self, ref: tuple[str, str]) -> bool:
        return ref in self.by_ref

    def __call__(self, kind: str, name: str) -> dict:
        return self.by_ref[kind, name]

    def container(self, name: str) -> dict:
        """The container of a Deployment."""
        return self.pod(name)["containers"][0]

    def pod(self, name: str) -> dict:
        """The spec of its pods."""
        return self("Deployment", name)["spec"]["template"]["spec"]

    def env(self, name: str) -> dict[str, str]:
        """Its variables, but for those of Secrets."""
        made = self.container(name).get("env", [])
        return {each["name"]: each["value"] for each in made if "value" in each}

    def secret(self, name: str) -> dict[str, str]:
        """What is inside of a Secret."""
        data = self("Secret", name)["data"]
        return {key: base64.b64decode(text).decode() for key, text in data.items()}


def refs(objects) -> list[str]:
    """What they are called, in their order."""
    return [str(kinds.ref(obj)) for obj in objects]
