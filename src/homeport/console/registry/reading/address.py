"""What the address of a page names: a repository, one of its tags, or one of its digests.

A name has no `:` and no `@`, a tag neither, so each address has one reading:
https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pulling-manifests
"""

from __future__ import annotations

from typing import NamedTuple

from homeport.console.asking.troubles import Trouble, missing
from homeport.registry.grammar import names


class Address(NamedTuple):
    """A repository, and what of it."""

    name: str
    reference: str = ""
    """A tag or a digest; empty for the repository itself."""

    @property
    def is_digest(self) -> bool:
        """Whether the reference is a digest; a tag has no colon."""
        return ":" in self.reference

    @property
    def text(self) -> str:
        """As a client writes it, without the registry's host."""
        if not self.reference:
            return self.name
        return f"{self.name}{'@' if self.is_digest else ':'}{self.reference}"

    @property
    def shown(self) -> str:
        """As a heading has it: a digest is cut."""
        if not self.is_digest:
            return self.text
        algorithm, _, encoded = self.reference.partition(":")
        return f"{self.name}@{algorithm}:{encoded[:12]}"


def parse(text: str) -> Address:
    """`a/b`, `a/b:tag`, `a/b@sha256:…`, or both, where the digest counts. Raises `Trouble` for what can be none."""
    before, at, digest = text.partition("@")
    name, colon, tag = before.partition(":")
    if not names.is_repository(name):
        raise missing(
            f"{text[:200]!r} can be no repository.",
            "Names are of small letters, digits and . _ - between them, in parts divided by slashes.",
        )
    if at and not names.is_digest(digest):
        raise missing(f"{digest[:200]!r} can be no digest.", "A digest is sha256: and 64 digits.")
    if colon and not names.is_tag(tag):
        raise missing(f"{tag[:200]!r} can be no tag.", "Look for it in the list of tags.")
    return Address(name, digest if at else tag)


def within(repository: str, text: str) -> Address:
    """A tag or digest of a repository, or an address of another one. Raises `Trouble` for what is neither."""
    text = text.strip()
    if not text:
        raise Trouble("Two images are needed.", hint="Give a tag or a digest of each.")
    if names.is_digest(text) or (names.is_tag(text) and repository):
        return parse(f"{repository}{'@' if ':' in text else ':'}{text}")
    found = parse(text)
    return found if found.reference else found._replace(reference="latest")
