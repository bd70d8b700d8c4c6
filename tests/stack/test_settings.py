"""Every default in one place: to change one is to change this table."""

from pathlib import Path

from homeport.stack import folders, names, settings

GIB, MIB = 2**30, 2**20

DEFAULTS = {
    "data": Path(),
    "registry.host": "127.0.0.1",
    "registry.port": 5000,
    "registry.tls": True,
    "registry.auth": True,
    "registry.htpasswd": None,
    "registry.folder": None,
    "registry.quota": 30 * GIB,
    "registry.memory": 512 * MIB,
    "cloud.host": "127.0.0.1",
    "cloud.port": 4566,
    "cloud.folder": None,
    "cloud.quota": 20 * GIB,
    "cloud.memory": 2 * GIB,
    "cloud.services": ("s3", "sqs", "sns", "dynamodb", "lambda"),
    "cloud.verify_signatures": False,
    "functions.executor": "process",
    "functions.environments": 64,
    "functions.idle_s": 300,
    "functions.isolated": True,
    "functions.docker": "unix:///var/run/docker.sock",
    "admin.user": "admin",
    "admin.password": "",
    "tls.hostnames": (
        "registry.homelab.local",
        "registry-ui.homelab.local",
        "localstack.homelab.local",
    ),
    "log.level": "info",
    "log.access": True,
    "log.folder": None,
    "log.size": 16 * MIB,
    "up.start_timeout_s": 30,
    "up.stop_timeout_s": 10,
}


def test_defaults():
    assert {setting.key: setting.of(settings.Settings()) for setting in names.ALL} == DEFAULTS


def test_each_default_is_of_its_kind():
    for setting in names.ALL:
        if setting.default is not None:
            assert setting.kind.read(setting.kind.show(setting.default)) is not None


def test_the_names_of_a_setting():
    setting = names.BY_KEY["cloud.verify_signatures"]
    assert setting.flag == "--cloud-verify-signatures"
    assert setting.variable == "HOMEPORT_CLOUD_VERIFY_SIGNATURES"
    assert len({each.flag for each in names.ALL}) == len(names.ALL)
    assert len({each.variable for each in names.ALL}) == len(names.ALL)


def test_folders_lie_in_the_data_folder_unless_named():
    where = folders.of(
        settings.Settings(data=Path("/d"), cloud=settings.Cloud(folder=Path("/elsewhere")))
    )
    assert where.registry == Path("/d/registry")
    assert where.cloud == Path("/elsewhere")
    assert where.htpasswd == Path("/d/auth/htpasswd")
    assert where.log("cloud") == Path("/d/logs/cloud.log")
    assert where.component("registry") == where.registry
