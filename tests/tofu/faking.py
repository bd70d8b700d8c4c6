"""An engine that does what it is told, and a person who reads what is said."""

from homeport import errors
from homeport.tofu import declared, engine, provider

NOTHING = declared.Access()


class Engine:
    """Keeps one stack in memory."""

    def __init__(self):
        self.there = None
        self.made = engine.Present({"a": "1", "b": "2"}, "Ready", {"registry": "https://r"})
        self.proposed = engine.Proposed(
            {"a": "1", "b": ""},
            "1 to change",
            has_changes=True,
            endpoints={"registry": "https://r"},
        )
        self.fails_with = ""
        self.asked = []

    def _ask(self, what, wanted):
        self.asked.append((what, wanted))
        if self.fails_with:
            raise errors.HomeportError(self.fails_with, hint="Try again.")

    def plan(self, wanted):
        self._ask("plan", wanted)
        return self.proposed

    def apply(self, wanted, told):
        told("Applying.")
        self._ask("apply", wanted)
        self.there = self.made
        return self.made

    def read(self, wanted):
        self.asked.append(("read", wanted))
        return self.there

    def destroy(self, wanted, told, *, deletes_data):
        told("Destroying.")
        self._ask(f"destroy {deletes_data}", wanted)
        self.there = None


class Said:
    """Diagnostics, and the context that has them."""

    def __init__(self):
        self.errors, self.warnings = [], []

    @property
    def diagnostics(self):
        return self

    def add_error(self, summary, detail="", path=None):
        self.errors.append(f"{summary}: {detail}")

    def add_warning(self, summary, detail="", path=None):
        self.warnings.append(f"{summary}: {detail}")


def made(access=NOTHING):
    """A provider with one engine for both targets, and that engine."""
    its = Engine()
    found = provider.Provider({"kubernetes": lambda: its, "local": lambda: its})
    found.access = access
    return found, its
