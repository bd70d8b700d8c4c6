"""Reports of the registry in sentences. They are made by its own classes, so that no field can be missed."""

import dataclasses

import pytest

from homeport.console.registry.upkeep import outcomes
from homeport.registry.importing.report import Report as Imported
from homeport.registry.space.collecting.findings import Report as Collected
from homeport.registry.space.retaining.findings import Report as Retained
from homeport.registry.space.scrub import Damaged, Unreadable
from homeport.registry.space.scrub import Report as Scrubbed

NOTHING = Collected(
    is_dry_run=False,
    links=0,
    blobs=0,
    blob_bytes=0,
    manifests=0,
    repositories=0,
    young=0,
    kept_untagged=0,
    kept_untagged_bytes=0,
    duration_s=0.1,
    things=[],
)
STAYS = Retained(
    is_dry_run=False, tags=0, kept=0, manifests=0, bytes=0, duration_s=0.1, repositories=[]
)
DAMAGED = Damaged("blob", "sha256:" + "0" * 64, 10, "has other bytes", [])


def said(kind, report, **changes):
    return outcomes.said(kind, dataclasses.asdict(dataclasses.replace(report, **changes)))


@pytest.mark.parametrize(
    ("changes", "texts"),
    [
        ({}, ["There was nothing to free."]),
        ({"is_dry_run": True}, ["Nothing would go."]),
        (
            {"blobs": 2, "blob_bytes": 4096, "manifests": 1, "repositories": 1},
            ["4.00 KiB freed: 2 blobs, 1 image without a tag, 1 empty repository."],
        ),
        (
            {"is_dry_run": True, "blobs": 1, "blob_bytes": 10},
            ["10 B would be freed: 1 blob."],
        ),
        ({"links": 2}, ["No room: 2 blobs left a repository, and others need them."]),
        (
            {"young": 1, "kept_untagged": 3, "kept_untagged_bytes": 2048},
            [
                "There was nothing to free.",
                "1 blob that no image needs stays: uploaded or asked for too lately (registry.gc_grace).",
                "2.00 KiB are held by 3 images without a tag alone (registry.gc_untagged).",
            ],
        ),
    ],
)
def test_a_collection(changes, texts):
    assert said("gc", NOTHING, **changes) == texts


@pytest.mark.parametrize(
    ("changes", "texts"),
    [
        ({}, ["Every tag stayed."]),
        ({"is_dry_run": True}, ["Every tag would stay."]),
        (
            {"is_dry_run": True, "tags": 2, "manifests": 1, "kept": 5, "bytes": 2**20},
            [
                "2 tags and 1 manifest would go; 5 tags of the same repositories would stay.",
                "The next collection would then free 1.00 MiB, once its grace period is over.",
            ],
        ),
    ],
)
def test_retention(changes, texts):
    assert said("retention", STAYS, **changes) == texts


@pytest.mark.parametrize(
    ("changes", "first"),
    [
        ({}, "Every byte is what was pushed."),
        ({"damaged": [DAMAGED]}, "1 thing is damaged, and not served until pushed again."),
        ({"unreadable": [Unreadable("sha256:0", "x", "y")]}, "1 file could not be read."),
    ],
)
def test_a_scrub(changes, first):
    texts = said("scrub", Scrubbed(blobs=3, bytes=1024, manifests=1, leftover=2), **changes)
    assert texts[:2] == [first, "3 blobs and 1 manifest were read, 1.00 KiB."]
    assert texts[2].startswith("2 files that no blob names")


def test_an_import_is_told_too():
    fields = {each.name: 2 for each in dataclasses.fields(Imported)}
    [text] = outcomes.said("import", fields)
    assert "2 " in text
    assert outcomes.said("import", {}) == ["Nothing was taken over."]


@pytest.mark.parametrize("kind", ["gc", "retention", "scrub"])
def test_reports_of_older_versions_are_told_too(kind):
    assert all(text.endswith(".") for text in outcomes.said(kind, {}))


def test_only_a_collection_frees():
    assert outcomes.freed("gc", {"blob_bytes": 10}) == 10
    assert outcomes.freed("retention", {"bytes": 10}) is None
