"""What a test makes go wrong in the cluster, by step and by name or image."""

from __future__ import annotations

from dataclasses import dataclass

STEPS = {"schedule", "pull", "crash", "unready", "provision", "certificate", "issuer"}


@dataclass(frozen=True)
class Trouble:
    """One fault: at which step, for what, and in which words of the cluster."""

    step: str
    match: str
    message: str


class Troubles:
    """The faults that hold now. `match` is an image, the beginning of a name, `namespace/beginning`, or `*`."""

    def __init__(self):
        self._rows = []

    def add(self, step, match="*", message=""):
        """Makes the step fail for what matches until it is healed."""
        if step not in STEPS:
            raise ValueError(f"no such step: {step}; there are {sorted(STEPS)}")
        self._rows.append(Trouble(step, match, message))

    def heal(self, step=None):
        """Ends the faults of a step, or all."""
        self._rows = [row for row in self._rows if step not in (None, row.step)]

    def of(self, step, obj, image=None):
        """The fault that holds for this object at this step, or None."""
        name = obj["metadata"]["name"]
        full = f"{obj['metadata'].get('namespace', '')}/{name}"
        for row in self._rows:
            is_named = row.match in ("*", image) or name.startswith(row.match)
            if row.step == step and (is_named or full.startswith(row.match)):
                return row
        return None
