"""A keeper that is nothing but a list: it shows that the suite can pass, and holds the comparison to any history."""

import pytest
from hypothesis import given, settings
from tests.net.dns import keeping

from homeport.net.dns import reconciling
from homeport.net.dns.records import Action, Changes


class Listed:
    """Records in a list, in the order in which they were made."""

    where, key = "a list", "list"

    def __init__(self, rows):
        self.rows = rows

    def plan(self, wanted, ours):
        return Changes(self.where, tuple(reconciling.changes(wanted, self.rows, ours)))

    def apply(self, changes, told):
        for change in changes.changes:
            if change.action is Action.REMOVE:
                self.rows.remove(change.record)
            elif change.action is Action.ADD:
                self.rows.append(change.record)

    def close(self):
        pass


def listed():
    rows = []
    return keeping.Kept(
        open=lambda: Listed(rows),
        present=lambda: rows,
        add=rows.append,
        drop=lambda record: rows.remove(_found(rows, record)),
    )


def _found(rows, record):
    return next(r for r in rows if reconciling.identity(r) == reconciling.identity(record))


class TestListed(keeping.Keeping):
    @pytest.fixture
    def kept(self):
        return listed()


@given(keeping.OPERATIONS)
@settings(max_examples=300, deadline=None)
def test_after_any_history_exactly_ours_is_gone(operations):
    keeping.any_history(listed(), operations)
