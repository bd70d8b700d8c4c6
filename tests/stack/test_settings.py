"""Every default in one place: to change one is to change this table."""

import dataclasses
from pathlib import Path

import pytest

from homeport.registry import options
from homeport.stack import folders, names, settings

GIB, MIB = 2**30, 2**20
HOUR, DAY = 3600, 86400

DEFAULTS = {
    "data": Path(),
    "registry.host": "127.0.0.1",
    "registry.port": 5000,
    "registry.tls": True,
    "registry.certificate": None,
    "registry.key": None,
    "registry.url": "",
    "registry.auth": True,
    "registry.htpasswd": None,
    "registry.admins": (),
    "registry.realm": "homeport",
    "registry.tokens": False,
    "registry.token_life": 300,
    "registry.rules": (),
    "registry.folder": None,
    "registry.quota": 30 * GIB,
    "registry.memory": 512 * MIB,
    "registry.delete": True,
    "registry.readonly": False,
    "registry.page": 1000,
    "registry.headers": (),
    "registry.upload_age": 7 * DAY,
    "registry.upload_interval": HOUR,
    "registry.gc_interval": 900,
    "registry.gc_grace": HOUR,
    "registry.gc_untagged": None,
    "registry.retention": (),
    "registry.retention_interval": DAY,
    "registry.scrub_interval": None,
    "registry.upstreams": (),
    "registry.webhooks": (),
    "registry.audit": True,
    "registry.audit_file": None,
    "registry.audit_size": 16 * MIB,
    "registry.metrics": "admins",
    "registry.debug": None,
    "registry.config": None,
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
    "log.format": "text",
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


TABLES = {
    options.Rule(repositories=()): (("pull",), (), False),
    options.Retention(repositories=()): (("*",), (), None, None, None, None),
    options.Upstream(prefix="", url=""): ("", "", None, None, 300),
    options.Webhook(name="", url=""): (
        (), 5, 5, 10, 3 * DAY, ("push", "pull", "mount", "delete"), (),
    ),
}  # fmt: skip


def test_defaults_of_tables():
    for row, defaults in TABLES.items():
        named = [
            field for field in dataclasses.fields(row) if field.default is not dataclasses.MISSING
        ]
        assert tuple(getattr(row, field.name) for field in named) == defaults


@pytest.mark.parametrize(
    "kind", [names.BY_KEY[f"registry.{name}"].kind for name in ("rules", "retention", "upstreams", "webhooks")]
)  # fmt: skip
def test_every_field_of_the_registry_s_tables_can_be_set(kind):
    assert {column.field for column in kind.columns} == {
        field.name for field in dataclasses.fields(kind.made)
    }


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
    assert where.audit == Path("/d/logs/registry-audit.log")
    assert where.registry_control == Path("/d/run/registry-control")
    assert where.component("registry") == where.registry
