import dns.name
import dns.rdatatype
import pytest
from dns.rcode import Rcode
from tests.net.dns.server import zones
from tests.net.dns.server.zones import asked, said

from homeport.net.dns import records

TRAEFIK = ["traefik.homelab.test. A 10.0.0.1"]


@pytest.mark.parametrize(
    ("name", "kind", "wanted"),
    [
        ("traefik.homelab.test", "A", ("NOERROR", TRAEFIK)),
        ("traefik.homelab.test", "AAAA", ("NOERROR", ["traefik.homelab.test. AAAA fd00::1"])),
        (
            "registry.homelab.test",
            "A",
            ("NOERROR", ["registry.homelab.test. CNAME traefik.homelab.test.", *TRAEFIK]),
        ),
        (
            "registry.homelab.test",
            "CNAME",
            ("NOERROR", ["registry.homelab.test. CNAME traefik.homelab.test."]),
        ),
        ("traefik.homelab.test", "MX", ("NOERROR", [])),
        ("ns.homelab.test", "A", ("NOERROR", ["ns.homelab.test. A 10.0.0.53"])),
        ("homelab.test", "NS", ("NOERROR", ["homelab.test. NS ns.homelab.test."])),
        ("homelab.test", "A", ("NOERROR", [])),
        ("printer.homelab.test", "A", ("NXDOMAIN", [])),
        ("a.registry.homelab.test", "A", ("NXDOMAIN", [])),
        ("example.org", "A", ("REFUSED", [])),
        ("test", "A", ("REFUSED", [])),
        (".", "NS", ("REFUSED", [])),
        ("nothomelab.test", "A", ("REFUSED", [])),
    ],
)
def test_answers(name, kind, wanted):
    assert said(asked(name, kind)) == wanted


@pytest.mark.parametrize("below", ["bucket", "bucket.s3", "a.b.c", "x.lambda-url.us-east-1"])
def test_each_name_below_the_cloud_leads_there(below):
    """https://www.rfc-editor.org/rfc/rfc4592#section-2.2.1"""
    name = f"{below}.localstack.homelab.test"
    assert said(asked(name)) == ("NOERROR", [f"{name}. CNAME traefik.homelab.test.", *TRAEFIK])


@pytest.mark.parametrize("name", ["printer.homelab.test", "homelab.test", "registry.homelab.test"])
def test_a_no_is_remembered_for_a_minute(name):
    """https://www.rfc-editor.org/rfc/rfc2308#section-3"""
    (soa,) = asked(name, "TXT").authority
    assert soa.ttl == soa[0].minimum == 60
    assert str(soa.name) == "homelab.test."


def test_a_yes_is_remembered_as_long_as_the_settings_say():
    found = asked("registry.homelab.test", its=zones.answers(ttl=42))
    assert {one.ttl for one in found.answer} == {42}


def test_a_short_time_holds_for_a_no_too():
    found = asked("nobody.homelab.test", its=zones.answers(ttl=5))
    assert found.authority[0].ttl == 5


def test_an_alias_of_a_name_without_that_type_is_no_data_with_its_start_of_authority():
    found = asked("registry.homelab.test", "MX")
    assert said(found) == ("NOERROR", ["registry.homelab.test. CNAME traefik.homelab.test."])
    assert found.authority


def test_any_is_answered_with_one_type():
    """https://www.rfc-editor.org/rfc/rfc8482#section-4.1"""
    assert len(asked("traefik.homelab.test", "ANY").answer) == 1
    assert len(asked("homelab.test", "ANY").answer) == 1
    assert said(asked("nobody.homelab.test", "ANY"))[0] == "NXDOMAIN"


def test_a_name_between_is_there():
    """https://www.rfc-editor.org/rfc/rfc8020"""
    hosts = ["registry.home.homelab.test"]
    its = zones.answers(records=records.of(hosts, "traefik.homelab.test", ["10.0.0.1"]), parents=())
    assert said(asked("home.homelab.test", its=its)) == ("NOERROR", [])
    assert said(asked("other.home.homelab.test", its=its)) == ("NXDOMAIN", [])


def test_a_component_outside_of_the_domain_is_a_zone_with_addresses():
    hosts = ["registry.example.org", "localstack.homelab.test"]
    made = records.of(hosts, "traefik.homelab.test", ["10.0.0.1"])
    its = zones.answers(records=made, parents=("registry.example.org",))
    assert said(asked(hosts[0], its=its)) == ("NOERROR", ["registry.example.org. A 10.0.0.1"])
    assert said(asked(f"b.{hosts[0]}", its=its))[1][-1:] == TRAEFIK
    assert asked(hosts[0], "SOA", its=its).answer
    assert said(asked("example.org", its=its))[0] == "REFUSED"


def test_a_component_that_is_the_domain_itself():
    made = records.of(["homelab.test"], "traefik.homelab.test", ["10.0.0.1"])
    its = zones.answers(records=made, parents=())
    assert said(asked("homelab.test", its=its)) == ("NOERROR", ["homelab.test. A 10.0.0.1"])
    assert asked("homelab.test", "SOA", its=its).answer


def test_the_server_takes_another_name_where_a_component_has_its_own():
    made = records.of(["ns.homelab.test"], "traefik.homelab.test", ["10.0.0.1"])
    its = zones.answers(records=made, parents=())
    assert said(asked("homelab.test", "NS", its=its))[1] == ["homelab.test. NS ns1.homelab.test."]


def test_a_loop_of_aliases_ends():
    loop = [
        records.Record(f"{a}.homelab.test", records.Kind.CNAME, f"{b}.homelab.test")
        for a, b in (("a", "b"), ("b", "a"))
    ]
    found = zones.zones(records=loop, parents=()).find(
        dns.name.from_text("a.homelab.test"), dns.rdatatype.A
    )
    assert found.code == Rcode.NOERROR
    assert len(found.answer) <= 8
