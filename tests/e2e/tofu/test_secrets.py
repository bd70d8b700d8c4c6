"""No secret is in a plan, a state file or a log, and none may stand in a definition."""

import base64

import pytest
from tests.e2e.tofu.conftest import DEFINITION

pytestmark = pytest.mark.e2e

PASSWORD = "correct-horse-battery-staple"


def test_a_password_of_the_environment_is_nowhere_to_be_read(work):
    log = work.folder / "trace.log"
    work.environment |= {"HOMEPORT_ADMIN_PASSWORD": PASSWORD}
    work.environment |= {"TF_LOG": "TRACE", "TF_LOG_PATH": str(log)}
    done = work.apply()
    secret = work.stand_in.get("Secret", "registry", "registry-auth")["data"]["htpasswd"]
    line = base64.b64decode(secret).decode()
    assert line.startswith("admin:$2y$")
    work.ok("show", "-json")
    for text in (done.text, work.state_text, log.read_text(), work.ok("show", "-json").text):
        assert PASSWORD not in text
        assert line.strip() not in text
        assert secret not in text
    assert "Deployment registry/registry created." in log.read_text()


def test_where_a_new_password_is_kept_is_said_and_not_what_it_is(work, home):
    done = work.apply()
    path = home / ".local/share/homeport/kubernetes/demo/admin-password"
    assert "The password of admin was made up" in done
    assert str(path) in done.text.replace("\n", "") or str(path) in done
    password = path.read_text().strip()
    assert password not in done.text + work.state_text


@pytest.mark.parametrize(
    ("text", "variable"),
    [
        ('[admin]\npassword = "hunter22"\n', "HOMEPORT_ADMIN_PASSWORD"),
        ('[pihole]\npassword = "hunter22"\n', "HOMEPORT_PIHOLE_PASSWORD"),
    ],
)
def test_a_password_in_a_definition_is_refused_with_where_it_belongs(work, text, variable):
    work.declare(definition=DEFINITION + text)
    done = work.run("validate")
    assert done.code == 1
    assert "is a secret, which the state file would keep for all to read" in done
    assert variable in done
    assert "hunter22" not in done
