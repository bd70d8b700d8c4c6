"""Stacks to export, for the tests beside this."""

from __future__ import annotations

import json
from pathlib import Path

from tests.targets.kubernetes.objects import stacks

from homeport.targets.kubernetes.objects import render
from homeport.tofu.export import export, sealed
from homeport.tofu.export.wanted import Form, Names, Wanted

GOLDEN = Path(__file__).parents[2] / "golden"
LINE = "-" * 40 + "\n"
NAMES = Names("http://pi.hole", "traefik.homelab.local", ("registry.homelab.local",), "")


def wanted(objects, form=Form.RESOURCES, names=None, **more):
    """A stack of these objects."""
    endpoints = {"registry": "https://registry.homelab.local"}
    return Wanted("homeport", tuple(objects), endpoints, 300, names=names, form=form, **more)


def rendered(given=None, config=None):
    """The objects of settings."""
    chosen = stacks.chosen(given, **({} if config is None else {"config": str(config)}))
    return render.objects(chosen, stacks.MATERIAL)


def resources(texts, kind):
    """All resources of a kind, by name."""
    found = {}
    for path, text in texts.items():
        if path.endswith(".tf.json") and not path.endswith("_override.tf.json"):
            found |= json.loads(text).get("resource", {}).get(kind, {})
    return found


def variables(texts):
    """Those of the folder `stack`."""
    return json.loads(texts["stack/variables.tf.json"])["variable"]


def values(objects):
    """What the variables of the secrets must be so that the stack is what it is."""
    found = {}
    for before, after in zip(objects, sealed.sealed(objects).objects, strict=True):
        if before["kind"] == "Secret":
            for key, text in before["data"].items():
                found[after["data"][key][6:-1]] = sealed.opened(text)
        if before["kind"] == "Deployment":
            found |= _environment(before, after)
    return found


def _environment(before, after):
    pairs = zip(_variables(before), _variables(after), strict=True)
    return {
        new["value"][6:-1]: old["value"]
        for old, new in pairs
        if old.get("value") != new.get("value")
    }


def _variables(obj):
    return obj["spec"]["template"]["spec"]["containers"][0].get("env", [])


def files(given=None, **more):
    """The texts of a stack with these settings."""
    return export.files(wanted(rendered(given), **more))
