"""What came of a run, or would come of it, in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from homeport.console.registry.upkeep.working import GC, RETENTION, SCRUB
from homeport.console.rendering import filters, units

Report = Mapping[str, Any]

NAMES = {GC: "Collection", RETENTION: "Retention", SCRUB: "Scrub", "import": "Import"}
"""What the kinds of work are called on pages."""


def said(kind: str, report: Report) -> list[str]:
    """The sentences for a report of any kind; the first stands alone in lists."""
    return list(_SAID[kind](report)) if kind in _SAID else [_imported(report)]


def freed(kind: str, report: Report) -> int | None:
    """The bytes that a run gave back; None for kinds that free nothing by themselves."""
    return _number(report, "blob_bytes") if kind == GC else None


def _collected(report: Report) -> Iterator[str]:
    would = bool(report.get("is_dry_run"))
    parts = [
        _some(report, "blobs", "blob"),
        _some(report, "manifests", "image without a tag", "images without a tag"),
        _some(report, "repositories", "empty repository", "empty repositories"),
    ]
    gone = ", ".join(part for part in parts if part)
    links = _number(report, "links")
    if gone:
        verb = "would be freed" if would else "freed"
        yield f"{units.size(_number(report, 'blob_bytes'))} {verb}: {gone}."
    elif links:
        left = filters.counted(links, "blob")
        yield f"No room: {left} {'would leave' if would else 'left'} a repository, and others need them."
    else:
        yield "Nothing would go." if would else "There was nothing to free."
    if young := _number(report, "young"):
        verb = "stays" if young == 1 else "stay"
        blobs = filters.counted(young, "blob that no image needs", "blobs that no image needs")
        yield f"{blobs} {verb}: uploaded or asked for too lately (registry.gc_grace)."
    if held := _number(report, "kept_untagged_bytes"):
        number = _number(report, "kept_untagged")
        alone = filters.counted(number, "image without a tag", "images without a tag")
        yield f"{units.size(held)} are held by {alone} alone (registry.gc_untagged)."


def _retained(report: Report) -> Iterator[str]:
    would = bool(report.get("is_dry_run"))
    tags, manifests = _number(report, "tags"), _number(report, "manifests")
    if not tags and not manifests:
        yield "Every tag would stay." if would else "Every tag stayed."
        return
    gone = f"{filters.counted(tags, 'tag')} and {filters.counted(manifests, 'manifest')}"
    kept = filters.counted(_number(report, "kept"), "tag")
    verbs = ("would go", "would stay") if would else ("went", "stayed")
    yield f"{gone} {verbs[0]}; {kept} of the same repositories {verbs[1]}."
    bytes_ = units.size(_number(report, "bytes"))
    verb = "would then free" if would else "frees"
    yield f"The next collection {verb} {bytes_}, once its grace period is over."


def _scrubbed(report: Report) -> Iterator[str]:
    damaged, unreadable = _listed(report, "damaged"), _listed(report, "unreadable")
    blobs = filters.counted(_number(report, "blobs"), "blob")
    manifests = filters.counted(_number(report, "manifests"), "manifest")
    if damaged:
        number = filters.counted(len(damaged), "thing is", "things are")
        yield f"{number} damaged, and not served until pushed again."
    elif unreadable:
        yield f"{filters.counted(len(unreadable), 'file')} could not be read."
    else:
        yield "Every byte is what was pushed."
    yield f"{blobs} and {manifests} were read, {units.size(_number(report, 'bytes'))}."
    if left := _number(report, "leftover"):
        files = filters.counted(left, "file that no blob names", "files that no blob names")
        yield f"{files}, {units.size(_number(report, 'leftover_bytes'))}: the next start removes them."


def _imported(report: Report) -> str:
    parts = [
        _some(report, "repositories", "repository", "repositories"),
        _some(report, "tags", "tag"),
        _some(report, "blobs", "blob"),
    ]
    taken = ", ".join(part for part in parts if part)
    return f"{taken} taken over." if taken else "Nothing was taken over."


_SAID = {GC: _collected, RETENTION: _retained, SCRUB: _scrubbed}


def _some(report: Report, name: str, one: str, many: str = "") -> str:
    number = _number(report, name)
    return filters.counted(number, one, many) if number else ""


def _number(report: Report, name: str) -> int:
    """A number of a report; nought where an older one has none."""
    found = report.get(name, 0)
    return int(found) if isinstance(found, int | float) else 0


def _listed(report: Report, name: str) -> list[Any]:
    found = report.get(name, [])
    return found if isinstance(found, list) else []
