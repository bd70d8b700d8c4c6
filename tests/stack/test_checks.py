import pytest

from homeport import errors
from homeport.stack import load


def read(**environ):
    return load.load({}, {"HOMEPORT_DATA": "/d"} | environ)


def problem(**environ):
    with pytest.raises(errors.SettingsError) as caught:
        read(**environ)
    return caught.value.what


CERTIFICATE = {"HOMEPORT_REGISTRY_CERTIFICATE": "/c", "HOMEPORT_REGISTRY_KEY": "/k"}
RULES = '[{"repositories": ["**"], "users": ["ada"]}]'


@pytest.mark.parametrize(
    ("environ", "wanted"),
    [
        ({"HOMEPORT_REGISTRY_PORT": "4566"}, "registry.port and cloud.port are both 4566"),
        ({"HOMEPORT_REGISTRY_DEBUG": ":5000"}, "registry.port and registry.debug are both 5000"),
        ({"HOMEPORT_REGISTRY_DEBUG": ":4566"}, "cloud.port and registry.debug are both 4566"),
        (
            {"HOMEPORT_REGISTRY_CERTIFICATE": "/c"},
            "registry.certificate is given and registry.key is not",
        ),
        ({"HOMEPORT_TLS_CERTIFICATE": "/c"}, "tls.certificate is given and tls.key is not"),
        ({"HOMEPORT_TLS_KEY": "/k"}, "tls.key is given and tls.certificate is not"),
        ({"HOMEPORT_REGISTRY_KEY": "/k"}, "registry.key is given and registry.certificate is not"),
        (CERTIFICATE | {"HOMEPORT_REGISTRY_TLS": "off"}, "registry.tls is off"),
        (
            {"HOMEPORT_REGISTRY_RULES": RULES, "HOMEPORT_REGISTRY_AUTH": "off"},
            "registry.rules are given and registry.auth is off",
        ),
    ],
)
def test_what_contradicts_itself(environ, wanted):
    assert wanted in problem(**environ)


def test_what_belongs_together():
    its = read(**CERTIFICATE, HOMEPORT_REGISTRY_RULES=RULES, HOMEPORT_REGISTRY_DEBUG=":5001")
    assert its.settings.registry.rules[0].users == ("ada",)
    assert its.notes == ()
