import pytest

from homeport.storage import db


@pytest.fixture(autouse=True)
def _nothing_waits_for_company(monkeypatch):
    """Writes that could wait for others on the machine's time do not: these tests move a virtual clock."""
    monkeypatch.setattr(db, "LATER_S", 0)
