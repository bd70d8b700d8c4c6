"""A bucket as a plain dictionary, to compare the service with."""

from __future__ import annotations

import dataclasses
import hashlib


@dataclasses.dataclass
class Entry:
    """A version, or a delete marker where there is no data."""

    version: str
    data: bytes | None
    etag: str = ""


class Model:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/versioning-workflows.html in forty lines."""

    def __init__(self):
        self.versioning = ""
        self.keys: dict[str, list[Entry]] = {}

    def put(self, key, data, version, etag=None):
        entry = Entry(version or "null", data, etag or hashlib.md5(data).hexdigest())
        self._push(key, entry)

    def delete(self, key, version=None, marker=None):
        entries = self.keys.get(key, [])
        if version is not None:
            self.keys[key] = [each for each in entries if each.version != version]
        elif not self.versioning:
            self.keys[key] = []
        else:
            self._push(key, Entry(marker, None))

    def _push(self, key, entry):
        entries = self.keys.get(key, [])
        if self.versioning != "Enabled":
            entries = [each for each in entries if each.version != "null"]
        self.keys[key] = [entry, *entries]

    def current(self, key):
        entries = self.keys.get(key) or [Entry("", None)]
        return entries[0] if entries[0].data is not None else None

    def live(self):
        return sorted((key for key in self.keys if self.current(key)), key=str.encode)

    def all_versions(self):
        return [
            (key, entry.version, index == 0, entry.data is None)
            for key in sorted(self.keys, key=str.encode)
            for index, entry in enumerate(self.keys[key])
        ]
