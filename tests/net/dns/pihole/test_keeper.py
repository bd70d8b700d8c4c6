"""Plans and changes at a Pi-hole: only what is ours, in one restart, and checked by DNS."""

from __future__ import annotations

import pytest
from tests.net.dns.pihole import acting
from tests.net.dns.pihole.acting import ADDRESS, ALIASES, HOST, NAMES, OTHER, STACK, TARGET
from tests.pihole.reached import DOMAIN

from homeport import errors
from homeport.net.dns import records
from homeport.net.dns.records import Action, Kind, Record

THEIRS = [f"10.0.0.9  printer.{DOMAIN} scanner.{DOMAIN} # upstairs", "fd00::9 Nas.LAN"]
THEIR_ALIASES = ["a.lan,b.lan,nas.lan,60", "has space.lan,nas.lan", "C.lan,nas.lan,abc"]


def actions(changes):
    return [change.action for change in changes.changes]


def test_a_stack_is_made_in_one_restart(pretended):
    told = []
    acting.applied(pretended, told=told.append)
    stand_in = pretended.stand_in
    assert stand_in.kept.hosts == [HOST]
    assert stand_in.kept.aliases == ALIASES
    assert stand_in.restarts == 1
    assert pretended.answers(NAMES[0]) == [TARGET, ADDRESS]
    assert any("Waiting" in text for text in told)


def test_the_address_is_first_and_only_the_last_alias_restarts(pretended):
    acting.applied(pretended)
    methods, targets = zip(*acting.asked(pretended.stand_in), strict=True)
    assert set(methods) == {"PUT"}
    assert "/dns/hosts/" in targets[0]
    assert ["restart=false" in target for target in targets[1:]] == [True, True, False]


def test_all_is_taken_away_in_one_restart_and_the_address_last(pretended):
    ours = acting.applied(pretended)
    pretended.stand_in.restarts = 0
    pretended.stand_in.server.requests.clear()
    acting.applied(pretended, (), ours)
    assert (pretended.stand_in.kept.hosts, pretended.stand_in.kept.aliases) == ([], [])
    assert pretended.stand_in.restarts == 1
    assert "/dns/hosts/" in acting.asked(pretended.stand_in)[-1][1]


def test_what_is_not_ours_stays_byte_for_byte_and_in_order(pretended):
    kept = pretended.stand_in.kept
    kept.hosts, kept.aliases = list(THEIRS), list(THEIR_ALIASES)
    ours = acting.applied(pretended)
    assert kept.hosts == [*THEIRS, HOST]
    assert kept.aliases == [*THEIR_ALIASES, *ALIASES]
    acting.applied(pretended, (), ours)
    assert (kept.hosts, kept.aliases) == (THEIRS, THEIR_ALIASES)


def test_another_address_needs_no_restart(pretended):
    ours = acting.applied(pretended)
    pretended.stand_in.restarts = 0
    acting.applied(pretended, records.of(NAMES, TARGET, [OTHER], 300), ours)
    assert pretended.stand_in.kept.hosts == [f"{OTHER} {TARGET}"]
    assert pretended.stand_in.restarts == 0
    assert pretended.answers(NAMES[0]) == [TARGET, OTHER]


def test_another_time_to_live_is_made_anew(pretended):
    ours = acting.applied(pretended)
    pretended.stand_in.restarts = 0
    acting.applied(pretended, records.of(NAMES, TARGET, [ADDRESS], 60), ours)
    assert pretended.stand_in.kept.aliases == [f"{name},{TARGET},60" for name in NAMES]
    assert pretended.stand_in.restarts == 1


def test_without_a_time_to_live(pretended):
    acting.applied(pretended, records.of(NAMES, TARGET, [ADDRESS]))
    assert pretended.stand_in.kept.aliases[0] == f"{NAMES[0]},{TARGET}"


def test_both_kinds_of_addresses(pretended):
    acting.applied(pretended, records.of(NAMES, TARGET, [ADDRESS, "fd00:0::1"], 300))
    assert pretended.stand_in.kept.hosts == [HOST, f"fd00::1 {TARGET}"]
    assert pretended.answers(NAMES[0], "AAAA") == [TARGET, "fd00::1"]


def test_only_an_ipv6_address(pretended):
    acting.applied(pretended, records.of(NAMES, TARGET, ["fd00::1"], 300))
    assert pretended.answers(NAMES[0], "AAAA") == [TARGET, "fd00::1"]


def test_an_alias_that_leads_elsewhere_is_taken(pretended):
    pretended.stand_in.kept.aliases = [f"{NAMES[0].upper()},nas.lan"]
    changes = acting.planned(pretended)
    assert [change.record.name for change in changes.taken] == [NAMES[0]]
    assert "nas.lan" in changes.taken[0].note
    assert "dns.cnameRecords" in changes.taken[0].note


def test_nothing_is_changed_where_a_name_is_taken(pretended):
    pretended.stand_in.kept.hosts = [f"10.0.0.9 printer.lan {TARGET}"]
    with pytest.raises(errors.HomeportError, match=r"10\.0\.0\.9.*Nothing was changed") as caught:
        acting.applied(pretended)
    assert "Local DNS Records" in caught.value.hint
    assert acting.asked(pretended.stand_in) == []


def test_an_alias_taken_between_plan_and_apply(pretended):
    with acting.opened(pretended) as made:
        changes = made.plan(STACK, ())
        pretended.stand_in.kept.aliases = [f"{NAMES[0]},nas.lan"]
        with pytest.raises(errors.HomeportError, match="taken"):
            made.apply(changes, [].append)
    assert acting.asked(pretended.stand_in) == []


def test_an_alias_among_several_in_one_item_is_there(pretended):
    pretended.stand_in.kept.hosts = [HOST]
    pretended.stand_in.kept.aliases = [f"other.lan,{NAMES[0]},{TARGET}"]
    first = next(c for c in acting.planned(pretended).changes if c.record.name == NAMES[0])
    assert (first.action, first.is_ours) == (Action.KEEP, False)


def test_ours_in_one_item_with_others_is_left(pretended):
    ours = acting.applied(pretended)
    shared = f"{ADDRESS} {TARGET} printer.lan"
    pretended.stand_in.kept.hosts = [shared]
    changes = acting.planned(pretended, (), ours)
    assert TARGET not in {change.record.name for change in changes.changes}
    assert "printer.lan" in changes.notes[0]
    acting.applied(pretended, (), ours)
    assert pretended.stand_in.kept.hosts == [shared]


def test_ours_that_were_put_into_one_item_go_together(pretended):
    ours = acting.applied(pretended)
    pretended.stand_in.kept.aliases = [f"{','.join(NAMES)},{TARGET}"]
    assert set(actions(acting.planned(pretended, STACK, ours))) == {Action.KEEP}
    acting.applied(pretended, (), ours)
    assert pretended.stand_in.kept.aliases == []


def test_nothing_to_do_asks_for_nothing(pretended):
    ours = acting.applied(pretended)
    pretended.stand_in.server.requests.clear()
    acting.applied(pretended, STACK, ours)
    assert acting.asked(pretended.stand_in) == []


def test_a_plan_writes_nothing(pretended):
    changes = acting.planned(pretended)
    assert actions(changes) == [Action.ADD] * 4
    assert changes.where == f"Pi-hole at {pretended.url}"
    assert acting.asked(pretended.stand_in) == []


@pytest.mark.parametrize(
    ("name", "said"),
    [("régistry.lan", "xn--rgistry-bya.lan"), ("has space.lan", "letters"), ("a,b", "letters")],
)
def test_a_name_that_dns_can_not_have(pretended, name, said):
    with pytest.raises(errors.HomeportError, match="no name") as caught:
        acting.planned(pretended, [Record(name, Kind.CNAME, TARGET)])
    assert said in caught.value.hint


def test_upper_case_is_written_small(pretended):
    acting.applied(pretended, records.of([NAMES[0].upper()], TARGET.upper(), [ADDRESS]))
    assert pretended.stand_in.kept.aliases == [f"{NAMES[0]},{TARGET}"]


@pytest.mark.parametrize("setting", ["hosts", "cnameRecords"])
def test_a_setting_of_the_environment(pretended, setting):
    pretended.stand_in.kept.forced = frozenset({f"dns.{setting}"})
    assert f"FTLCONF_dns_{setting}" in acting.planned(pretended).notes[0]
    with pytest.raises(errors.HomeportError, match=f"FTLCONF_dns_{setting}") as caught:
        acting.applied(pretended)
    assert "container" in caught.value.hint
    assert acting.asked(pretended.stand_in) == []


def test_a_refusal_halfway_is_undone(pretended):
    kept = pretended.stand_in.kept
    kept.aliases = [f"{TARGET},nas.lan"]
    wanted = [*STACK[1:], Record(f"nas.{DOMAIN}", Kind.A, ADDRESS)]
    loop = Record("nas.lan", Kind.CNAME, TARGET)
    with pytest.raises(errors.HomeportError, match="CNAME loop"):
        acting.applied(pretended, [*wanted, loop])
    assert (kept.hosts, kept.aliases) == ([], [f"{TARGET},nas.lan"])


def test_the_key_tells_piholes_apart_and_holds_no_secret(pretended):
    with acting.opened(pretended, url="HTTP://user:geheim@Pi.Hole:80/admin/") as made:
        assert made.key == "pihole:http://pi.hole:80"
        assert "geheim" not in made.where
