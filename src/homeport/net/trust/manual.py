"""What a person does by hand, for machines and clients that `homeport trust` does not reach."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path

from homeport.net.trust.hosts import Host
from homeport.net.trust.stores import java, keychain

_SYSTEMS = """\
Debian, Ubuntu, Alpine
  sudo cp {ca} /usr/local/share/ca-certificates/homeport.crt && sudo update-ca-certificates
Fedora, RHEL
  sudo cp {ca} /etc/pki/ca-trust/source/anchors/homeport.pem && sudo update-ca-trust extract
Arch
  sudo cp {ca} /etc/ca-certificates/trust-source/anchors/homeport.crt && sudo trust extract-compat
openSUSE
  sudo cp {ca} /etc/pki/trust/anchors/homeport.pem && sudo update-ca-certificates
NixOS
  security.pki.certificateFiles = [ {ca} ];
macOS
  sudo security add-trusted-cert -d -r trustRoot -k {keychain} {ca}
Windows, in a terminal of an administrator
  certutil -addstore -f Root ca.crt
iOS, iPadOS
  Send ca.crt to the device (AirDrop, mail) and open it. Settings > General > VPN & Device Management: install the profile. Then
  Settings > General > About > Certificate Trust Settings: switch it on. https://support.apple.com/102390
Android
  Settings > Security > Encryption & credentials > Install a certificate > CA certificate. Browsers trust it; other apps only where
  they say so: https://developer.android.com/privacy-and-security/security-config
"""

_BROWSERS = """\
Firefox
  Settings > Privacy & Security > Certificates > View Certificates > Authorities > Import: {ca}, for websites.
Firefox and Chromium on Linux, with certutil (Debian: libnss3-tools)
  certutil -A -d sql:$HOME/.pki/nssdb -n homeport -t C,, -a -i {ca}
  The database of Firefox is the folder of its profile: about:profiles.
Chrome and Edge on macOS and Windows read what the system trusts.
"""

_PROGRAMS = """\
curl                  curl --cacert {ca} URL
Python ssl, OpenSSL   SSL_CERT_FILE={ca}
Python requests       REQUESTS_CA_BUNDLE={ca}
AWS CLI, boto3        AWS_CA_BUNDLE={ca}
Node.js               NODE_EXTRA_CA_CERTS={ca}
Deno                  DENO_CERT={ca}
Git                   git config --global http.{url}/.sslCAInfo {ca}
Java                  keytool -importcert -cacerts -storepass {password} -alias homeport -file {ca}
SSL_CERT_FILE, REQUESTS_CA_BUNDLE and AWS_CA_BUNDLE take the place of all other CAs: a program that also asks others needs a file with
both. NODE_EXTRA_CA_CERTS and DENO_CERT add to them. The AWS side of the stack answers plain HTTP as well, which needs none of this.
"""


def text(ca: Path, hosts: Sequence[Host]) -> str:
    """All of it, with the file and the registry's addresses filled in."""
    url = hosts[0].url if hosts else "https://HOST"
    filled = {"ca": shlex.quote(str(ca)), "url": url, "password": java.PASSWORD}
    filled["keychain"] = keychain.KEYCHAIN
    parts = [
        ("Systems", _SYSTEMS.format(**filled)),
        ("Browsers", _BROWSERS.format(**filled)),
        ("Programs", _PROGRAMS.format(**filled)),
        ("Clients of the registry", "".join(_registries(filled["ca"], hosts))),
    ]
    return "\n".join(f"# {head}\n{body}" for head, body in parts).rstrip("\n")


def _registries(ca: str, hosts: Sequence[Host]) -> Iterator[str]:
    for host in hosts:
        docker = shlex.quote(f"/etc/docker/certs.d/{host.key}")
        containers = f"~/.config/containers/certs.d/{shlex.quote(host.key)}"
        yield f"Docker                   sudo mkdir -p {docker} && sudo cp {ca} {docker}/ca.crt\n"
        yield f"podman, skopeo, buildah  mkdir -p {containers} && cp {ca} {containers}/ca.crt\n"
    yield "Docker Desktop           ~/.docker/certs.d/HOST/ca.crt on macOS, %USERPROFILE%\\.docker\\certs.d\\HOST\\ca.crt on Windows\n"
    yield "containerd, K3s, CRI-O   homeport node-config --ca-file " + ca + " --form FORM\n"
