"""A stack in a cluster, as the console in its pod sees it: it asks the other components, and not the cluster."""

from __future__ import annotations

import asyncio
import importlib
from pathlib import Path

from homeport import errors
from homeport.console.asking.wire import Wire
from homeport.console.options import Place
from homeport.console.stack import view
from homeport.serve.telling import names
from homeport.serve.telling.machine import Certificates
from homeport.stack import settings

ASK_S = 3.0
"""A component that does not answer by then is not ready: https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/"""


class Pod:
    """A `view.Stack`."""

    target = settings.KUBERNETES

    def __init__(
        self, chosen: settings.Settings, registry: Place, cloud: Place | None, certificates: Path
    ) -> None:
        """`certificates` is the folder of the public halves that are mounted, one for each component."""
        hosts = chosen.hosts
        self._chosen = chosen
        self._folder = certificates
        self._asked = [("registry", Wire("the registry", registry), "/v2/", hosts.registry)]
        if cloud is not None:
            health = "/_localstack/health"
            self._asked.append(("cloud", Wire("the local AWS", cloud), health, hosts.cloud))

    async def components(self) -> list[view.Component]:
        """Those that answer."""
        own = view.Component(
            "registry-ui", "Ready", f"https://{self._chosen.hosts.ui}", None, None, None, None
        )
        return [own, *await asyncio.gather(*(self._component(*one) for one in self._asked))]

    async def _component(self, name: str, wire: Wire, path: str, host: str) -> view.Component:
        problem = ""
        try:
            # Whatever it says, it is there: a registry asks strangers for a password.
            await wire.ask("GET", path, timeout_s=ASK_S)
        except errors.HomeportError as error:
            problem = error.what
        state = "Error" if problem else "Ready"
        return view.Component(name, state, f"https://{host}", None, None, None, None, problem)

    def checks(self) -> view.Checks:
        """They are not checked from here: the pod may not ask the cluster."""
        module = importlib.import_module("homeport.serve.telling.checks")
        return view.Checks(
            tuple(module.unchecked()),
            None,
            is_checking=False,
            elsewhere="homeport verify --target kubernetes",
        )

    async def check(self) -> None:
        """Raises `HomeportError` that says where."""
        raise errors.HomeportError(
            "The rules are not checked from inside the cluster.",
            hint="homeport verify --target kubernetes checks them from your machine.",
        )

    async def certificates(self) -> list[view.Certificate]:
        """Those that are mounted."""
        return await asyncio.to_thread(self._certificates)

    def _certificates(self) -> list[view.Certificate]:
        module: Certificates = importlib.import_module("homeport.serve.telling.certificates")
        return [module.read(path.stem, path) for path in sorted(self._folder.glob("*.crt"))]

    async def records(self, *, is_looking: bool) -> list[view.Record]:
        """The names of the data model. What a pod finds for them is not what a browser finds."""
        del is_looking
        said = "homeport dns check asks for it on your machine"
        wanted = names.records(self._chosen.hosts)
        return [
            view.Record(one.name, one.kind, one.target, one.purpose, said, is_right=None)
            for one in wanted
        ]

    async def ca(self) -> bytes | None:
        """None: the CA is in a Secret that a pod of this namespace need not read."""
        return None

    async def close(self) -> None:
        """Lets go of the components."""
        for _, wire, _, _ in self._asked:
            wire.close()
