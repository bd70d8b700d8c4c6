"""Whose a record is, over any history of ours, of somebody else's, and of kills."""

import dataclasses
import types

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from tests.cli.network import stepping
from tests.net.dns import keeping
from tests.net.dns.test_in_memory import Listed

from homeport import clock, errors
from homeport.cli.network import keepers, naming
from homeport.net.dns import ledger, reconciling, records
from homeport.net.dns.records import Action, Kind, Record
from homeport.stack import settings

TIME = clock.VirtualClock()


def chosen(tmp_path, **dns):
    dns = {"provider": "pihole", "address": "10.0.0.1"} | dns
    made = settings.Settings(data=tmp_path, domain="homelab.test")
    return dataclasses.replace(made, dns=dataclasses.replace(made.dns, **dns))


class Killed(BaseException):
    """The end of the process."""


class Mortal(Listed):
    """A keeper at which the process ends after some steps."""

    def __init__(self, rows):
        super().__init__(rows)
        self.steps = None
        self.closed = 0

    def apply(self, changes, told):
        for change in changes.changes:
            if self.steps == 0:
                raise Killed
            if change.action in {Action.ADD, Action.REMOVE}:
                super().apply(changes._replace(changes=(change,)), told)
                self.steps = None if self.steps is None else self.steps - 1
        if self.steps is not None:
            raise Killed

    def close(self):
        self.closed += 1


@pytest.fixture
def keeper(monkeypatch):
    its = Mortal([])
    monkeypatch.setattr(keepers, "of", lambda *_: its)
    return its


def test_the_records_of_a_stack(tmp_path):
    found = naming.wanted(chosen(tmp_path, address6="fd00::1", ttl=60))
    assert [str(one) for one in found] == [
        "traefik.homelab.test A 10.0.0.1",
        "traefik.homelab.test AAAA fd00::1",
        "registry.homelab.test CNAME traefik.homelab.test",
        "registry-ui.homelab.test CNAME traefik.homelab.test",
        "localstack.homelab.test CNAME traefik.homelab.test",
    ]
    assert {one.ttl for one in found} == {60}


@pytest.mark.parametrize(
    ("host", "outside", "wanted"),
    [
        ("127.0.0.1", [], "127.0.0.1"),
        ("192.168.1.5", [], "192.168.1.5"),
        ("0.0.0.0", ["192.168.1.9"], "192.168.1.9"),
        ("::", ["192.168.1.9"], "192.168.1.9"),
    ],
)
def test_the_address_is_that_of_the_ingress(tmp_path, monkeypatch, host, outside, wanted):
    monkeypatch.setattr("homeport.net.names.outside", lambda: outside)
    made = chosen(tmp_path, address="")
    made = dataclasses.replace(made, ingress=dataclasses.replace(made.ingress, host=host))
    assert naming.wanted(made)[0].value == wanted


def test_a_machine_without_a_network(tmp_path, monkeypatch):
    monkeypatch.setattr("homeport.net.names.outside", list)
    made = chosen(tmp_path, address="")
    made = dataclasses.replace(made, ingress=dataclasses.replace(made.ingress, host="0.0.0.0"))
    with pytest.raises(errors.HomeportError, match=r"dns\.address"):
        naming.wanted(made)


def test_a_stack_without_a_console_has_no_name_for_it(tmp_path):
    made = chosen(tmp_path)
    made = dataclasses.replace(made, ui=dataclasses.replace(made.ui, enabled=False))
    assert len(naming.wanted(made, ("10.1.1.1",))) == 3
    assert len(naming.wanted(made)) == 3


def test_no_provider_has_no_records(tmp_path):
    assert naming.wanted(chosen(tmp_path, provider="none")) == ()
    assert stepping.plan(chosen(tmp_path, provider="none"), TIME) is None
    assert stepping.plan(chosen(tmp_path, provider="print"), TIME) is None
    assert stepping.removal(chosen(tmp_path, provider="print"), TIME) is None


def test_our_own_server_has_them_from_the_settings(tmp_path):
    found = stepping.plan(chosen(tmp_path, provider="builtin"), TIME)
    assert {change.action for change in found.changes} == {Action.KEEP}
    assert "homeport up" in found.notes[0]


def test_our_own_server_does_not_answer_for_a_cluster(tmp_path):
    with naming.of_cluster(chosen(tmp_path, provider="builtin"), TIME, None) as names:
        with pytest.raises(errors.SettingsError, match="builtin"):
            names.plan()
        assert not names.removal().has_changes


def test_loopback_for_others_is_remarked(tmp_path, keeper):
    assert "127.0.0.1" in stepping.plan(chosen(tmp_path, address="127.0.0.1"), TIME).notes[0]
    assert stepping.plan(chosen(tmp_path), TIME).notes == ()


def test_a_whole_life(tmp_path, keeper):
    made = chosen(tmp_path)
    assert stepping.apply(made, TIME).has_changes
    assert not stepping.apply(made, TIME).has_changes
    assert len(keeper.rows) == 4
    assert stepping.remove(made, TIME).has_changes
    assert keeper.rows == []
    assert keeper.closed == 3


def test_a_session_ends_whatever_happens(tmp_path, keeper):
    keeper.plan = lambda *_: 1 / 0
    with pytest.raises(ZeroDivisionError):
        stepping.plan(chosen(tmp_path), TIME)
    assert keeper.closed == 1


def test_a_taken_name_changes_nothing(tmp_path, keeper):
    theirs = Record("registry.homelab.test", Kind.A, "10.0.0.9")
    keeper.rows.append(theirs)
    with pytest.raises(errors.HomeportError, match=r"A 10\.0\.0\.9"):
        stepping.apply(chosen(tmp_path), TIME)
    assert keeper.rows == [theirs]
    assert not (tmp_path / "dns").exists()


def test_what_was_there_stays_at_the_end(tmp_path, keeper):
    theirs = Record("traefik.homelab.test", Kind.A, "10.0.0.1")
    keeper.rows.append(theirs)
    stepping.apply(chosen(tmp_path), TIME)
    stepping.remove(chosen(tmp_path), TIME)
    assert keeper.rows == [theirs]


def test_a_lost_ledger_is_harmless(tmp_path, keeper):
    stepping.apply(chosen(tmp_path), TIME)
    (tmp_path / "dns" / "records.json").unlink()
    again = stepping.apply(chosen(tmp_path), TIME)
    assert not again.has_changes
    assert not any(change.is_ours for change in again.changes)
    assert not stepping.remove(chosen(tmp_path), TIME).has_changes
    assert len(keeper.rows) == 4


def test_another_domain(tmp_path, keeper):
    stepping.apply(chosen(tmp_path), TIME)
    stepping.apply(dataclasses.replace(chosen(tmp_path), domain="other.test"), TIME)
    assert {row.name.partition(".")[2] for row in keeper.rows} == {"other.test"}


def stacks(tmp_path, *names):
    made = chosen(tmp_path)
    for name in names:
        its = dataclasses.replace(made.kubernetes, name=name)
        yield dataclasses.replace(made, kubernetes=its)


def test_what_two_stacks_have_in_common_goes_with_the_last(tmp_path, keeper):
    one, two = stacks(tmp_path, "one", "two")
    cluster = types.SimpleNamespace()
    stepping.apply(one, TIME, cluster=cluster)
    stepping.apply(two, TIME, cluster=cluster)
    stepping.remove(one, TIME, cluster=cluster)
    assert len(keeper.rows) == 4
    assert not stepping.plan(two, TIME, cluster=cluster).has_changes
    stepping.remove(two, TIME, cluster=cluster)
    assert keeper.rows == []


def test_records_at_the_keeper_of_before_are_remembered(tmp_path, keeper):
    stepping.apply(chosen(tmp_path), TIME)
    keeper.key = "another"
    with naming.of_machine(chosen(tmp_path), TIME) as names:
        assert "left at list" in names.left()[0]


def test_another_command_in_between(tmp_path, keeper):
    with naming.of_machine(chosen(tmp_path), TIME) as names:
        changes = names.plan()
        stepping.apply(chosen(tmp_path), TIME)
        with pytest.raises(errors.HomeportError, match="meanwhile"):
            names.apply(changes)
    assert len(keeper.rows) == 4


def test_another_command_at_the_same_time(tmp_path, keeper):
    with (
        ledger.Ledger(tmp_path / "dns").held(),
        pytest.raises(errors.HomeportError, match="Another command"),
    ):
        stepping.apply(chosen(tmp_path), TIME)
    assert keeper.rows == []


@pytest.mark.parametrize(
    ("error", "is_ours"), [(records.Unchanged, False), (errors.HomeportError, True)]
)
def test_what_a_person_enters_after_a_refusal_is_theirs(
    tmp_path, keeper, monkeypatch, error, is_ours
):
    def refuse(*_):
        raise error("It may not be changed.")

    its = chosen(tmp_path)
    with monkeypatch.context() as refusing:
        refusing.setattr(keeper, "apply", refuse)
        with pytest.raises(error):
            stepping.apply(its, TIME)
    keeper.rows += naming.wanted(its)
    assert all(change.is_ours is is_ours for change in stepping.plan(its, TIME).changes)


def test_a_failed_change_is_gone_on_with(tmp_path, keeper):
    keeper.steps = 2
    with pytest.raises(Killed):
        stepping.apply(chosen(tmp_path), TIME)
    keeper.steps = None
    assert len(keeper.rows) == 2
    stepping.remove(chosen(tmp_path), TIME)
    assert keeper.rows == []


HISTORIES = st.lists(
    st.one_of(
        st.tuples(
            st.sampled_from(("apply", "remove")), st.integers(1, 3), st.none() | st.integers(0, 4)
        ),
        st.tuples(st.sampled_from(("add", "drop")), keeping.RECORD, st.none()),
    ),
    max_size=20,
)
"""Ours with an address and where we are killed; somebody else's with a record."""


@given(HISTORIES)
@hypothesis_settings(max_examples=150, deadline=None)
def test_after_any_history_exactly_ours_is_gone(tmp_path_factory, history):
    folder = tmp_path_factory.mktemp("naming")
    its, theirs = Mortal([]), {}
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(keepers, "of", lambda *_: its)
        for action, given_, death in [*history, ("remove", 1, None)]:
            if action in {"apply", "remove"}:
                _ours(folder, its, action, given_, death)
            elif action == "add":
                _theirs(folder, its, theirs, given_)
            elif theirs.pop(reconciling.identity(given_), None):
                its.rows.remove(given_)
            assert set(theirs) <= {reconciling.identity(row) for row in its.rows}
    assert {reconciling.identity(row) for row in its.rows} == set(theirs)


def _ours(folder, its, action, last, death):
    its.steps = death
    made = chosen(folder, address=f"10.0.0.{last}", ttl=None)
    try:
        getattr(stepping, action)(made, TIME)
    except (Killed, errors.HomeportError):
        pass
    its.steps = None


def _theirs(folder, its, theirs, record):
    """Somebody makes a record, unless it is there, or we were killed when about to make the very same."""
    ours = ledger.Ledger(folder / "dns").ours(its.key, naming.LOCAL)
    known = {reconciling.identity(one) for one in (*ours, *its.rows)}
    if reconciling.identity(record) not in known:
        its.rows.append(record)
        theirs[reconciling.identity(record)] = record


def test_records_are_in_an_order_in_which_each_alias_finds_its_target(tmp_path):
    assert naming.wanted(chosen(tmp_path))[0].kind is records.Kind.A
