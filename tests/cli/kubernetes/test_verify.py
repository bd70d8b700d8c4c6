"""homeport verify, of a stack on this machine and of a deployed one."""

import json

import pytest
from tests.cli.kubernetes.seeing import Shell
from tests.stack.rules import serving
from tests.targets.kubernetes.checking import deployed as making

from homeport.stack.rules import checking


def rules(done):
    return {row["id"]: row["outcome"] for row in json.loads(done.stdout)["rules"]}


ALL = {each.id for each in checking.running_rules()}
RESTARTING = {"registry-kept", "cloud-kept"}


def test_a_stack_of_this_machine(home):
    home.up()
    done = home.run("verify")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("passed  ") == len(ALL) - 3
    assert "skipped registry-kept" in done.stdout
    assert "--restart allows that" in done.stdout
    assert "there are no claims on this machine" in done.stdout


def test_restarts_are_done_by_the_supervisor(home):
    home.up()
    done = home.run("verify", "--restart", "-o", "json", *(f"--rule={name}" for name in RESTARTING))
    assert done.returncode == 0, done.stdout + done.stderr
    assert rules(done) == dict.fromkeys(RESTARTING, "passed")
    assert {row["restarts"] for row in home.rows().values()} == {1}


def test_a_stack_that_does_not_run(home):
    home.environment["HOMEPORT_ADMIN_PASSWORD"] = "x"
    done = home.run("verify")
    assert done.returncode == 1
    assert "The registry and the cloud of this machine do not run." in done.stderr
    assert "homeport up" in done.stderr


def test_a_password_that_is_not_known(home):
    done = home.run("verify")
    assert done.returncode == 1
    assert "HOMEPORT_ADMIN_PASSWORD" in done.stderr


def test_a_wrong_password_breaks_rules(home):
    home.up()
    home.environment["HOMEPORT_ADMIN_PASSWORD"] = "not the one"
    done = home.run("verify", "--rule", "registry-images")
    assert done.returncode == 1
    assert "failed  registry-images" in done.stdout
    assert "401" in done.stdout


def test_an_unknown_rule(home):
    done = home.run("verify", "--rule", "cloud-s4")
    assert done.returncode == 1
    assert "'cloud-s4'" in done.stderr
    assert "cloud-s3" in done.stderr


def test_an_address_is_for_deployed_stacks(home):
    done = home.run("verify", "--address", "127.0.0.1")
    assert done.returncode == 2
    assert "--target kubernetes" in done.stderr


# A deployed one


@pytest.fixture(scope="module")
def deployed(tmp_path_factory):
    with making.deployed(tmp_path_factory.mktemp("verified")) as made:
        made.traefik.wait(lambda: made.traefik.get(made.planned.chosen.hosts.registry), 301)
        yield made


@pytest.fixture
def shell(deployed, tmp_path):
    shell = Shell(tmp_path, deployed.stand_in.kubeconfig(tmp_path / "kubeconfig"))
    shell.environment |= making.SETTINGS | {"HOMEPORT_ADMIN_PASSWORD": serving.PASSWORD}
    ports = deployed.traefik.ports
    shell.address = (
        f"--address=127.0.0.1:{ports['websecure']}",
        f"--plain-port={ports['web']}",
    )
    return shell


@pytest.mark.e2e
def test_a_deployed_stack(shell):
    done = shell.run("verify", *shell.address, "--restart", "-o", "json")
    assert done.returncode == 0, done.stdout + done.stderr
    assert rules(done) == dict.fromkeys(ALL, "passed")


@pytest.mark.e2e
def test_the_password_that_apply_has_kept(shell):
    del shell.environment["HOMEPORT_ADMIN_PASSWORD"]
    assert "kubernetes/homeport/admin-password" in shell.run("verify", *shell.address).stderr
    kept = shell.folder / "data/kubernetes/homeport/admin-password"
    kept.parent.mkdir(parents=True)
    kept.write_text(f"{serving.PASSWORD}\n")
    done = shell.run("verify", *shell.address, "--rule", "registry-images")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "context stand-in" in done.stdout
