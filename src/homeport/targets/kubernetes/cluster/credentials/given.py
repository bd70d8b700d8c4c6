"""What a kubeconfig holds itself, or names the file of: token, client certificate, user name and password.

https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/#AuthInfo
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from homeport import errors as homeport_errors
from homeport.targets.kubernetes.cluster import errors
from homeport.targets.kubernetes.cluster.credentials import expiry, presented
from homeport.targets.kubernetes.cluster.credentials.presented import Pair, Presented


@dataclass(frozen=True, slots=True)
class Secret:
    """A value, or the file that has it, which may be written anew at any time."""

    value: bytes = field(default=b"", repr=False)
    path: Path | None = None

    def read(self) -> bytes:
        """The value as it is now."""
        if self.path is None:
            return self.value
        try:
            return self.path.read_bytes()
        except OSError as error:
            why = homeport_errors.reason(error)
            raise errors.Unconfigured(f"{self.path} can not be read: {why}.") from error


@dataclass(frozen=True, slots=True)
class Given:
    """The credentials of a user. Files are read each time: what rotates them asks for no restart.

    https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/#bound-service-account-tokens
    """

    user: str
    """As the kubeconfig calls it."""
    source: str
    """Where it stands, for a person."""
    token: Secret | None = None
    certificate: Secret | None = None
    key: Secret | None = None
    basic: str = field(default="", repr=False)

    def present(self, now: float) -> Presented:  # noqa: ARG002  # of the protocol; what is given has no end that we keep
        """What to send now."""
        authorization = self.basic
        if self.token is not None:
            text = self.token.read().decode("utf-8", "replace")
            authorization = presented.bearer(text, self._whose)
        if self.certificate is None or self.key is None:
            return Presented(authorization)
        return Presented(authorization, Pair(self.certificate.read(), self.key.read()))

    def renew(self, refused: Presented, now: float) -> bool:
        """Whether a file has something else by now."""
        return self.present(now) != refused

    def advice(self, now: float) -> str:
        """By what was presented: a certificate, a token, a password, or nothing."""
        shown = self.present(now)
        if shown.authorization.startswith("Basic "):
            return (
                f"{self._whose} has a user name and a password, which Kubernetes has not taken "
                "since 1.19; give it a token or a client certificate."
            )
        if shown.authorization:
            return self._about_token(shown.authorization.removeprefix("Bearer "), now)
        if shown.pair is not None:
            return self._about_certificate(shown.pair.certificate, now)
        return f"{self._whose} has no credentials; copy the kubeconfig of the cluster again."

    @property
    def _whose(self) -> str:
        return f"user {self.user!r} in {self.source}" if self.user else f"nobody in {self.source}"

    def _about_token(self, token: str, now: float) -> str:
        end = expiry.of_token(token)
        has_ended = end is not None and end <= now
        what = f"expired on {expiry.date(end)}" if end and has_ended else "is not taken (any more)"
        if self.token is not None and self.token.path is not None:
            return f"The token of {self._whose} {what}; see who writes {self.token.path}."
        return (
            f"The token of {self._whose} {what}; put a new one there: "
            "kubectl create token NAME --namespace NAMESPACE --duration 24h"
        )

    def _about_certificate(self, pem: bytes, now: float) -> str:
        end = expiry.of_certificate(pem)
        if end is None or end > now:
            until = f", which is valid until {expiry.date(end)}" if end else ""
            return (
                f"The cluster does not know the client certificate of {self._whose}{until}: was it "
                "installed anew? Copy its kubeconfig again (K3s: /etc/rancher/k3s/k3s.yaml)."
            )
        # https://docs.k3s.io/cli/certificate#client-and-server-certificates
        return (
            f"The client certificate of {self._whose} expired on {expiry.date(end)}. K3s renews it when "
            "it starts: sudo systemctl restart k3s; then copy /etc/rancher/k3s/k3s.yaml again."
        )
