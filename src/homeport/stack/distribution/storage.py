"""The section `storage`: https://distribution.github.io/distribution/about/configuration/#storage"""

from __future__ import annotations

from pathlib import Path

from homeport.stack.distribution import found as finding
from homeport.stack.distribution import tree

DEFAULT_FOLDER = "/var/lib/registry"
"""https://distribution.github.io/distribution/storage-drivers/filesystem/"""
LAYOUT = "docker/registry/v2"
"""Where Distribution keeps everything below that folder."""
FOR_EVER = "3650d"


def _folder(found: finding.Found, entry: tree.Entry) -> None:
    finding.sets("registry.folder").follow(found, entry)
    if (Path(entry.text) / LAYOUT).is_dir():
        found.note(
            entry,
            "it holds images of registry v2. Those are served that have been taken over: "
            f"homeport registry import {entry.text}, with the settings of this registry.",
        )


def _purging(found: finding.Found, entry: tree.Entry) -> None:
    table = entry.table
    age, interval = table.get("age"), table.get("interval")
    if _says(found, table.get("enabled"), default=True) and not _says(
        found, table.get("dryrun"), default=False
    ):
        for setting, part in (("registry.upload_age", age), ("registry.upload_interval", interval)):
            if part is not None and part.is_given:
                finding.sets(setting, finding.duration).follow(found, part)
        return
    found.set("registry.upload_age", FOR_EVER, entry)


def _says(found: finding.Found, entry: tree.Entry | None, *, default: bool) -> bool:
    if entry is None or not entry.is_given:
        return default
    try:
        return finding.is_true(entry.text)
    except ValueError:
        found.problem(entry, "it must be true or false.")
        return default


_INSTEAD = (
    "images are kept in a folder, storage.filesystem.rootdirectory; skopeo sync copies them there."
)
_DRIVERS = ("s3", "s3aws", "azure", "gcs", "swift", "oss", "cos", "inmemory")

KEYS = {
    "storage.filesystem.rootdirectory": finding.Key(_folder, "`registry.folder`"),
    "storage.filesystem.maxthreads": finding.needless("storage.filesystem.maxthreads"),
    "storage.delete.enabled": finding.sets("registry.delete", finding.is_true),
    "storage.maintenance.readonly.enabled": finding.sets("registry.readonly", finding.is_true),
    "storage.maintenance.uploadpurging": finding.Key(
        _purging, "`registry.upload_age`, `registry.upload_interval`"
    ),
    "storage.cache": finding.needless("storage.cache"),
    "storage.redirect": finding.needless("storage.redirect"),
    "storage.tag": finding.needless("storage.tag"),
    **{f"storage.{driver}": finding.refused(_INSTEAD) for driver in _DRIVERS},
}
