import json
import stat

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.net.dns import keeping

from homeport import errors
from homeport.net.dns import ledger, records

RECORDS = st.frozensets(st.one_of(keeping.RECORD, st.sampled_from(keeping.STACK)))


@pytest.fixture
def book(tmp_path):
    return ledger.Ledger(tmp_path / "dns")


def test_nothing_is_ours_at_first(book):
    assert book.ours("pihole", "local") == frozenset()
    assert book.keepers("local") == ()
    assert not book.path.parent.exists()


@given(st.dictionaries(st.tuples(st.sampled_from("ab"), st.sampled_from("xyz")), RECORDS))
@settings(max_examples=50, deadline=None)
def test_what_is_written_is_read(tmp_path_factory, kept):
    folder = tmp_path_factory.mktemp("ledger")
    for (keeper, stack), ours in kept.items():
        ledger.Ledger(folder).write(keeper, stack, ours)
    again = ledger.Ledger(folder)
    for keeper in "ab":
        for stack in "xyz":
            assert again.ours(keeper, stack) == kept.get((keeper, stack), frozenset())
    others = {record for (k, s), ours in kept.items() if k == "a" and s != "x" for record in ours}
    assert again.others("a", "x") == others


def test_times_are_kept(book):
    ours = frozenset({keeping.A._replace(ttl=60), keeping.REGISTRY._replace(ttl=0), keeping.UI})
    book.write("pihole", "local", ours)
    assert book.ours("pihole", "local") == ours


def test_it_is_for_its_owner_only(book):
    book.write("pihole", "local", keeping.STACK)
    assert stat.S_IMODE(book.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(book.path.parent.stat().st_mode) == 0o700


def test_what_is_empty_is_forgotten(book):
    book.write("pihole", "local", keeping.STACK)
    book.write("pihole", "local", ())
    assert json.loads(book.path.read_text())["keepers"] == {}


@pytest.mark.parametrize(
    "content",
    [
        "",
        "nonsense",
        "[]",
        "{}",
        '{"version": 2, "keepers": {}}',
        '{"version": 1, "keepers": {"a": {"b": [{"name": 1, "type": "A", "value": ""}]}}}',
        '{"version": 1, "keepers": {"a": {"b": [{"name": "x", "type": "MX", "value": "y"}]}}}',
        '{"version": 1, "keepers": {"a": {"b": [{"name": "x", "type": "A", "value": "y", "ttl": "z"}]}}}',
        '{"version": 1, "keepers": {"a": []}}',
        "\x00\xff",
    ],
)
def test_a_broken_file_is_named_and_left_as_it_is(book, content):
    book.path.parent.mkdir()
    book.path.write_text(content)
    for asked in (
        lambda: book.ours("a", "b"),
        lambda: book.write("a", "b", ()),
    ):
        with pytest.raises(errors.HomeportError, match="is broken") as raised:
            asked()
        assert str(book.path) in str(raised.value)
    assert book.path.read_text() == content


def test_two_commands_at_a_time(tmp_path):
    with (
        ledger.Ledger(tmp_path).held(),
        pytest.raises(errors.HomeportError, match="Another command"),
        ledger.Ledger(tmp_path).held(),
    ):
        pass
    with ledger.Ledger(tmp_path).held():
        pass


def test_a_record_is_the_one_that_it_was(book):
    book.write("pihole", "local", [keeping.A])
    (found,) = book.ours("pihole", "local")
    assert isinstance(found.kind, records.Kind)
