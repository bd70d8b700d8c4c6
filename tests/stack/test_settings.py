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
    "target": "local",
    "domain": "homelab.local",
    "registry.host": "127.0.0.1",
    "registry.port": 5000,
    "registry.tls": True,
    "registry.certificate": None,
    "registry.key": None,
    "registry.url": "",
    "registry.trusted_proxies": ("127.0.0.0/8", "::1/128"),
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
    "registry.hostname": "",
    "registry.engine": "auto",
    "registry.image": "registry:2",
    "registry.namespace": "registry",
    "registry.cpu": "500m",
    "registry.volume": None,
    "cloud.host": "127.0.0.1",
    "cloud.port": 4566,
    "cloud.folder": None,
    "cloud.quota": 20 * GIB,
    "cloud.memory": 2 * GIB,
    "cloud.services": ("s3", "sqs", "sns", "dynamodb", "lambda"),
    "cloud.verify_signatures": False,
    "cloud.hostname": "",
    "cloud.engine": "auto",
    "cloud.image": "localstack/localstack:latest",
    "cloud.namespace": "localstack",
    "cloud.cpu": "1000m",
    "cloud.volume": None,
    "cloud.edge": "ask",
    "cloud.edge_networks": (),
    "cloud.docker_socket": Path("/var/run/docker.sock"),
    "cloud.auth_token": "",
    "cloud.environment": (),
    "functions.executor": "process",
    "functions.environments": 64,
    "functions.idle_s": 300,
    "functions.isolated": True,
    "functions.docker": "unix:///var/run/docker.sock",
    "ui.enabled": True,
    "ui.host": "127.0.0.1",
    "ui.port": None,
    "ui.tls": True,
    "ui.registry_url": "",
    "ui.cloud_url": "",
    "ui.ca": None,
    "ui.title": "Homeport",
    "ui.theme": "auto",
    "ui.page": 100,
    "ui.tag_sort": "pushed",
    "ui.tag_order": "desc",
    "ui.session_idle": 12 * HOUR,
    "ui.session": 7 * DAY,
    "ui.cloud_writers": "users",
    "ui.certificates": None,
    "ui.memory": 256 * MIB,
    "ui.hostname": "",
    "ui.engine": "auto",
    "ui.image": "joxit/docker-registry-ui",
    "ui.cpu": "500m",
    "kubernetes.name": "homeport",
    "kubernetes.kubeconfig": None,
    "kubernetes.context": "",
    "kubernetes.image": "homeport:0.1.0",
    "kubernetes.pull_policy": "auto",
    "kubernetes.storage_class": "local-path",
    "kubernetes.access_mode": "readwriteonce",
    "kubernetes.entry_point": "websecure",
    "kubernetes.plain_entry_point": "web",
    "kubernetes.ingress_namespace": "kube-system",
    "kubernetes.pod_networks": ("10.42.0.0/16",),
    "kubernetes.issuer": "",
    "kubernetes.issuer_kind": "clusterissuer",
    "kubernetes.issuer_namespace": "cert-manager",
    "kubernetes.node_trust": "ca",
    "kubernetes.node_ca": Path("/etc/rancher/k3s/homeport-ca.crt"),
    "kubernetes.network_policies": True,
    "kubernetes.publish": True,
    "kubernetes.accept": (),
    "kubernetes.timeout_s": 300,
    "ingress.enabled": "auto",
    "ingress.host": "127.0.0.1",
    "ingress.port": None,
    "ingress.plain_port": None,
    "ingress.read_timeout": None,
    "ingress.traefik": None,
    "ingress.acme_email": "",
    "ingress.acme_provider": "",
    "ingress.acme_environment": None,
    "ingress.acme_server": "",
    "dns.provider": "print",
    "dns.address": "",
    "dns.address6": "",
    "dns.ttl": 300,
    "dns.host": "127.0.0.1",
    "dns.port": None,
    "dns.upstreams": (),
    "dns.clients": (
        "127.0.0.0/8",
        "::1/128",
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "fc00::/7",
        "fe80::/10",
    ),
    "dns.hosts_file": Path("/etc/hosts"),
    "pihole.url": "http://pi.hole",
    "pihole.password": "",
    "pihole.password_file": None,
    "pihole.totp": "",
    "pihole.ca": None,
    "pihole.dns": "",
    "pihole.dns_port": 53,
    "pihole.timeout": 120.0,
    "admin.user": "admin",
    "admin.password": "",
    "tls.certificate": None,
    "tls.key": None,
    "tls.hostnames": (),
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


def test_the_hosts_are_those_of_the_data_model():
    assert settings.Settings().hostnames == (
        "registry.homelab.local",
        "registry-ui.homelab.local",
        "localstack.homelab.local",
    )


def test_hosts_follow_the_domain_unless_named():
    chosen = settings.Settings(
        domain="lan.example",
        cloud=settings.Cloud(hostname="aws.example"),
        tls=settings.Tls(hostnames=("more.example", "aws.example")),
    )
    assert chosen.hosts == ("registry.lan.example", "registry-ui.lan.example", "aws.example", "traefik.lan.example")  # fmt: skip
    assert chosen.hostnames == (*chosen.hosts.components, "more.example")


def test_names_lead_somewhere_where_there_is_a_component():
    chosen = settings.Settings(ui=settings.Ui(enabled=False))
    assert chosen.named == ("registry.homelab.local", "localstack.homelab.local")
    assert settings.Settings().named == settings.Settings().hosts.components


def test_what_is_for_the_cluster_is_told_to_no_process():
    given = {each.key for each in names.ALL if each.is_handed_on}
    assert "cloud.auth_token" not in given
    assert not any(key.startswith("kubernetes.") or key == "target" for key in given)
    assert {"domain", "registry.hostname", "ui.hostname"} <= given


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
