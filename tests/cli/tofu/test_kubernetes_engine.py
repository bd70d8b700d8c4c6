"""Stacks in a stand-in of a cluster, as the provider asks for them."""

import json

import pytest
from tests.apiserver import cluster as clusters
from tests.apiserver import faults

from homeport import clock, errors
from homeport.cli.tofu import kubernetes_engine
from homeport.tofu import engine

TEXT = '[cloud]\nengine = "builtin"\nedge = "off"\n[kubernetes]\ntimeout_s = 20\n'
PASSWORD = ".local/share/homeport/kubernetes/demo/admin-password"


class Stack:
    """One stack, and who is told of it."""

    def __init__(self, stand_in, folder):
        self.stand_in, self.folder = stand_in, folder
        self.environ = {"HOME": str(folder)}
        self.kubeconfig = str(stand_in.kubeconfig(folder / "kubeconfig"))
        self.engine = kubernetes_engine.KubernetesEngine(self.environ, clock.SystemClock())
        self.told = []

    def wanted(self, text=TEXT):
        return engine.Definition("kubernetes", "demo", text, self.kubeconfig)

    def plan(self, text=TEXT):
        return self.engine.plan(self.wanted(text))

    def apply(self, text=TEXT):
        return self.engine.apply(self.wanted(text), self.told.append)

    def read(self, text=TEXT):
        return self.engine.read(self.wanted(text))

    def destroy(self, *, deletes_data=False):
        self.engine.destroy(self.wanted(), self.told.append, deletes_data=deletes_data)


@pytest.fixture
def stack(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    with clusters.Cluster() as stand_in:
        yield Stack(stand_in, tmp_path)


def test_of_a_new_stack_all_is_open_and_where_it_will_be_reached_is_not(stack):
    found = stack.plan()
    assert found.has_changes
    assert set(found.objects.values()) == {""}
    assert found.text.startswith("31 to create (stack demo, context stand-in, https://127.0.0.1:")
    assert found.endpoints["registry"] == "https://registry.homelab.local"
    assert found.errors == ()
    assert any("cluster-storage-class" in text for text in found.warnings)
    assert stack.read() is None


def test_what_was_applied_is_what_is_planned_and_read(stack):
    made = stack.apply()
    assert made.state == "Ready"
    assert "The password of admin was made up" in made.warnings[0]
    assert stack.read() == made._replace(warnings=())
    again = stack.plan()
    assert not again.has_changes
    assert again.warnings == ()
    assert dict(again.objects) == dict(made.objects)
    assert dict(again.endpoints) == dict(made.endpoints)
    assert "Service registry/registry created." in stack.told
    assert "registry is Ready. https://registry.homelab.local" in stack.told


def test_of_a_stack_of_which_only_the_name_is_known_the_same_is_read(stack):
    made = stack.apply(TEXT + '[registry]\nnamespace = "two"\n[ui]\nenabled = false\n')
    found = stack.read("")
    assert found == made._replace(warnings=())
    assert set(found.endpoints) == {"registry", "cloud"}


def test_the_changed_object_is_open_and_the_others_are_as_they_are(stack):
    made = stack.apply()
    found = stack.plan(TEXT + '[registry]\nmemory = "1GiB"\n')
    open_ = [name for name, digest in found.objects.items() if not digest]
    assert open_ == ["Deployment/registry/registry"]
    assert {**found.objects, open_[0]: made.objects[open_[0]]} == made.objects
    assert "change  Deployment registry/registry" in found.text
    assert "resources.limits.memory: 512Mi -> 1Gi" in found.text


def test_a_stack_that_cannot_be_applied_says_why(stack):
    stack.stand_in.server.install("cert-manager.io")
    found = stack.plan()
    assert any("Traefik" in text or "traefik" in text for text in found.errors)
    with pytest.raises(errors.HomeportError, match="Nothing was changed"):
        stack.apply()
    assert stack.read() is None


class Refusing:
    """Refuses to make routes; that they could be made was never tried."""

    def before(self, request):
        is_route = request.kind is not None and request.kind.kind == "IngressRoute"
        if request.verb == "patch" and is_route and not request.is_dry_run:
            return faults.forbidden()(request)
        return None


def test_an_error_half_way_says_how_far_it_came_and_can_be_gone_on_with(stack):
    before, stack.stand_in.server.faults = stack.stand_in.server.faults, Refusing()
    with pytest.raises(errors.HomeportError, match="of 31 changes are made, each of them whole"):
        stack.apply()
    stack.stand_in.server.faults = before
    assert 0 < len(stack.read().objects) < 31
    assert stack.apply().state == "Ready"


def test_a_stop_while_it_waits_ends_it(stack):
    stack.stand_in.controllers.stall("kubelet")

    def told(text):
        if "Pending" in text or "is Initial" in text:
            raise engine.Interrupted("Interrupted.")

    with pytest.raises(engine.Interrupted):
        stack.engine.apply(stack.wanted(), told)
    stack.stand_in.controllers.resume()
    assert stack.apply().state == "Ready"


@pytest.mark.parametrize("deletes_data", [False, True])
def test_a_destroy_keeps_volumes_or_does_not(stack, deletes_data):
    stack.apply()
    stack.destroy(deletes_data=deletes_data)
    assert stack.read() is None
    volumes = stack.stand_in.world.all("PersistentVolume")
    assert bool(volumes) is not deletes_data
    stack.destroy(deletes_data=deletes_data)  # again, of what is not there


def test_nothing_but_secrets_is_taken_from_the_environment(stack):
    before = stack.plan()
    stack.environ |= {"SERVICES": "s3", "DEBUG": "1", "REGISTRY_HTTP_ADDR": ":1"}
    stack.environ |= {"HOMEPORT_DOMAIN": "home.arpa", "HOMEPORT_CONFIG": "/nowhere"}
    assert stack.plan() == before
    stack.environ["HOMEPORT_ADMIN_PASSWORD"] = "correct-horse"
    assert stack.apply().warnings == ()
    assert (stack.folder / PASSWORD).read_text() == "correct-horse\n"


def test_a_wrong_setting_is_named_with_its_line(stack):
    with pytest.raises(errors.HomeportError, match="definition:2"):
        stack.plan("[registry]\nprot = 1\n")


def test_no_digest_is_made_of_what_is_in_a_secret(stack):
    made = stack.apply()
    text = json.dumps([dict(made.objects), stack.told, stack.plan().text])
    password = (stack.folder / PASSWORD).read_text()
    assert password.strip() not in text
    assert "$2" not in text


def names(stack):
    hosts = stack.folder / "hosts"
    hosts.write_text("127.0.0.1 localhost\n")
    return hosts, f'{TEXT}[dns]\nprovider = "hosts"\nhosts_file = "{hosts}"\naddress = "10.0.0.7"\n'


def test_records_of_names_are_a_part_of_it(stack):
    hosts, text = names(stack)
    assert "create  record registry.homelab.local" in stack.plan(text).text
    made = stack.apply(text)
    assert "10.0.0.7" in hosts.read_text()
    assert [name for name in made.objects if name.startswith("dns/")]
    assert not stack.plan(text).has_changes
    assert stack.read(text).objects == made.objects


def test_a_record_that_is_gone_is_made_anew_and_goes_with_the_stack(stack):
    hosts, text = names(stack)
    made = stack.apply(text)
    hosts.write_text("127.0.0.1 localhost\n")
    assert len(stack.read(text).objects) < len(made.objects)
    found = stack.plan(text)
    assert found.has_changes
    stack.apply(text)
    stack.engine.destroy(stack.wanted(text), stack.told.append, deletes_data=False)
    assert "10.0.0.7" not in hosts.read_text()


def test_what_others_wrote_in_the_cluster_moves_no_cursor(stack):
    stack.apply()
    obj = stack.stand_in.get("Service", "registry", "registry")
    obj["metadata"]["annotations"]["kubernetes.io/description"] = "\x1b[2J\x1b]0;gone"
    stack.stand_in.world.save(obj)
    assert "\\x1b[2J" in stack.plan().text
    assert "\x1b" not in stack.plan().text


def test_a_rule_that_may_be_broken_is_named_as_a_definition_says_it(stack):
    upstream = '[cloud]\nedge = "off"\n'
    said = "\n".join(stack.plan(upstream).errors)
    assert 'kubernetes.accept = ["cloud-docker-socket"] in the definition' in said
