"""Which tags the retention rules let go. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from homeport.registry.access.patterns import Pattern, fits
from homeport.registry.options import Retention
from homeport.registry.space import ages
from homeport.registry.store.space.tags import Tag

# Cosign's names: https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md#tag-based-discovery
# Without a suffix: https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#referrers-tag-schema
_ATTACHED = re.compile(
    r"(sha256-[0-9a-f]{64}|sha512-[0-9a-f]{128}|sha512-[0-9a-f]{64})(?:\.(?:sig|att|sbom))?"
)
_ENCODED = 64
"""Characters of a digest that the referrers tag schema keeps."""


def attached_to(tag: str) -> str | None:
    """Of a tag that belongs to a manifest by its name: what stands in it for that one's digest."""
    match = _ATTACHED.fullmatch(tag)
    return match[1] if match else None


def names_of(digest: str) -> set[str]:
    """What stands for a digest in such tags."""
    algorithm, _, encoded = digest.partition(":")
    return {f"{algorithm}-{encoded}", f"{algorithm}-{encoded[:_ENCODED]}"}


class Rule:
    """One of the rules, ready to be put to repositories."""

    def __init__(self, chosen: Retention) -> None:
        self._chosen = chosen
        self._repositories = [Pattern(text) for text in chosen.repositories]
        self._tags = [Pattern(text) for text in chosen.tags]
        self._keep = [Pattern(text) for text in chosen.keep]
        # A rule that names no reason to keep anything is for untagged manifests only. It must not empty a repository.
        self._has_reasons = bool(chosen.keep) or any(
            reason is not None
            for reason in (chosen.keep_last, chosen.keep_pushed_s, chosen.keep_pulled_s)
        )

    @property
    def untagged_s(self) -> float | None:
        """After what time untagged manifests go."""
        return self._chosen.untagged_s

    def is_for(self, repository: str) -> bool:
        """Whether it is to be put to a repository."""
        return fits(self._repositories, repository)

    def judge(self, tags: Sequence[Tag], now: float) -> dict[str, str]:
        """For each tag that it looks at: why it would go, or nothing where it stays."""
        if not self._has_reasons:
            return {}
        seen = [tag for tag in tags if fits(self._tags, tag.name)]
        seen.sort(key=lambda tag: (-tag.moved, tag.name))
        return {tag.name: self._objection(tag, rank, now) for rank, tag in enumerate(seen, 1)}

    def _objection(self, tag: Tag, rank: int, now: float) -> str:
        """Why each of its reasons to keep a tag does not hold; nothing where one does."""
        chosen = self._chosen
        if fits(self._keep, tag.name):
            return ""
        objections = ["no pattern keeps it"] if self._keep else []
        if chosen.keep_last is not None:
            if rank <= chosen.keep_last:
                return ""
            objections.append(
                f"{rank - 1} tags were pushed later, the last {chosen.keep_last} are kept"
            )
        if chosen.keep_pushed_s is not None:
            if now - tag.moved <= chosen.keep_pushed_s:
                return ""
            objections.append(
                f"it was pushed {ages.words(now - tag.moved)} ago, {ages.words(chosen.keep_pushed_s)} are kept"
            )
        if chosen.keep_pulled_s is not None:
            # What nobody has pulled yet is as if it was pulled when it came: it would go before anybody could.
            used = tag.pulled or tag.moved
            if now - used <= chosen.keep_pulled_s:
                return ""
            what = "pulled" if tag.pulled else "pushed and never pulled"
            objections.append(
                f"it was {what} {ages.words(now - used)} ago, {ages.words(chosen.keep_pulled_s)} are kept"
            )
        return "; ".join(objections)


def judge(rules: Sequence[Rule], tags: Sequence[Tag], now: float) -> dict[str, str]:
    """The tags that go, each with the reason: those that some rule looks at, and that no rule that looks at them keeps.

    Tags that belong to a manifest by their name are not judged, nor counted.
    """
    judged = [tag for tag in tags if attached_to(tag.name) is None]
    objections: dict[str, list[str]] = {}
    for rule in rules:
        for name, objection in rule.judge(judged, now).items():
            objections.setdefault(name, []).append(objection)
    return {name: "; ".join(dict.fromkeys(said)) for name, said in objections.items() if all(said)}
