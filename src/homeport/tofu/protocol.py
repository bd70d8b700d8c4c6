"""Speaks Terraform's plugin protocol, version 6, by the package `tf`; what that package lacks is added here, and only here.

tf 1.2.0 asks no resource when one is to be created, refuses to plan a deletion, hides the configuration from a plan, and ends calls
that are under way when a person asks to stop. https://developer.hashicorp.com/terraform/plugin/terraform-plugin-protocol
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

import tf.provider
import tf.utils
from tf import types
from tf.gen import tfplugin_pb2 as messages

from homeport.tofu import said

UNKNOWN: Any = types.Unknown
"""Stands for a value that is known only once something else is made."""

State = dict[str, Any]
"""Attributes by name; a value is None where it is not set, and `UNKNOWN` where it will be known later."""

_REPLACING = b"replacing"
"""What the first of the two plans of a replacement hands to the second, which is that of a creation.
https://github.com/hashicorp/terraform/blob/v1.11.4/docs/resource-instance-change-lifecycle.md"""


class Diagnostics(Protocol):
    """What is said to a person."""

    def add_error(self, summary: str, detail: str = ..., path: list[str] | None = ...) -> Any:
        """Stops it."""

    def add_warning(self, summary: str, detail: str = ..., path: list[str] | None = ...) -> Any:
        """Stops nothing."""


class Asked(NamedTuple):
    """What is to be planned."""

    prior: State | None
    """As it is; None where it is to be created."""
    configured: State
    """As the configuration has it: None for what it leaves out."""
    is_replacement: bool
    """Whether another one is destroyed before it is created."""


class Planned(NamedTuple):
    """What it will be."""

    state: State
    replacing: tuple[str, ...] = ()
    """Attributes that cannot be changed: another one takes its place."""


class Planner(Protocol):
    """A resource that plans by itself, also where it is created or deleted."""

    def stored(self, state: State) -> None:
        """Is told of each state that is kept of it, before that is read or planned."""

    def planned(self, diagnostics: Diagnostics, asked: Asked) -> Planned:
        """What it will be."""

    def planned_removal(self, diagnostics: Diagnostics, prior: State) -> None:
        """Says what a person should know before it is deleted."""


class Servicer:
    """All calls of the protocol: those of `tf`, with ours in front."""

    def __init__(self, app: Any, on_stop: Callable[[], None]) -> None:
        self._app, self._on_stop = app, on_stop
        self._inner = tf.provider.ProviderServicer(app)
        self._resources = {
            app.get_model_prefix() + each.get_name(): each for each in app.get_resources()
        }

    def __getattr__(self, name: str) -> Any:
        """The calls that are `tf`'s own."""
        call = getattr(self._inner, name)
        return lambda request, context: said.cleanly(call(request, context))

    def GetProviderSchema(self, request: Any, context: Any) -> Any:  # noqa: N802 - the protocol's name
        """With what we can do beside it: deletions are planned."""
        response = self._inner.GetProviderSchema(request, context)
        response.server_capabilities.plan_destroy = True
        return response

    def UpgradeResourceState(self, request: Any, context: Any) -> Any:  # noqa: N802 - the protocol's name
        """Where it is tainted, nothing but this tells that a creation comes after a deletion.

        A state of a version that knew fewer attributes, or more, has those that there are now.
        """
        response = self._inner.UpgradeResourceState(request, context)
        kind = self._resources[request.type_name]
        found = tf.utils.read_dynamic_value(response.upgraded_state)
        if found is not None:
            found = {each.name: found.get(each.name) for each in kind.get_schema().attributes}
            response.upgraded_state.CopyFrom(tf.utils.to_dynamic_value(found))
            self._resource(request).stored(found)
        return said.cleanly(response)

    def StopProvider(self, request: Any, context: Any) -> Any:  # noqa: N802 - the protocol's name
        """A person has asked to stop; calls that are under way end by themselves, and say how far they came."""
        del request, context
        self._on_stop()
        return messages.StopProvider.Response()

    def PlanResourceChange(self, request: Any, context: Any) -> Any:  # noqa: N802 - the protocol's name
        """Asks the resource, whatever is to be done with it."""
        del context
        resource = self._resource(request)
        diagnostics = tf.utils.Diagnostics()
        prior, configured, proposed = map(
            tf.utils.read_dynamic_value,
            (request.prior_state, request.config, request.proposed_new_state),
        )
        if proposed is None:
            resource.planned_removal(diagnostics, prior or {})
            removed = messages.PlanResourceChange.Response(diagnostics=diagnostics.to_pb())
            return said.cleanly(removed)
        is_replacement = prior is None and request.prior_private == _REPLACING
        asked = Asked(prior, configured or {}, is_replacement)
        return _response(resource.planned(diagnostics, asked), diagnostics)

    def _resource(self, request: Any) -> Planner:
        made: Planner = self._app.new_resource(self._resources[request.type_name])
        return made


def _response(planned: Planned, diagnostics: Any) -> Any:
    step, path = messages.AttributePath.Step, messages.AttributePath
    response = messages.PlanResourceChange.Response(
        planned_state=tf.utils.to_dynamic_value(planned.state),
        requires_replace=[path(steps=[step(attribute_name=name)]) for name in planned.replacing],
        planned_private=_REPLACING if planned.replacing else b"",
        diagnostics=diagnostics.to_pb(),
    )
    return said.cleanly(response)
