"""Our AWS Lambda as event sources see it: its mappings, its functions, and where discarded batches go."""

from __future__ import annotations

from homeport.aws.delivery.event_sources.mapping import Answer, Mapping
from homeport.aws.delivery.targets import Targets
from homeport.aws.lambda_.invoking.invocation import Invocation
from homeport.aws.lambda_.invoking.invocations import Invocations
from homeport.aws.lambda_.lambda_ import Lambda
from homeport.aws.lambda_.mappings.model import Mapping as Kept


class LambdaMappings:
    """Implements `homeport.aws.delivery.event_sources.mapping.Mappings`."""

    def __init__(self, lambda_: Lambda) -> None:
        self._lambda = lambda_

    def all(self) -> list[Mapping]:
        """All mappings of all accounts and regions."""
        return [_mapping(kept) for kept in self._lambda.mappings()]

    def get(self, uuid: str) -> Mapping | None:
        """The mapping as it is now; None where it is gone."""
        kept = self._lambda.mapping(uuid)
        return None if kept is None else _mapping(kept)

    async def note_result(self, uuid: str, text: str) -> None:
        """Keeps a mapping's `LastProcessingResult`."""
        await self._lambda.note_result(uuid, text)


def _mapping(kept: Kept) -> Mapping:
    return Mapping(
        kept.id,
        kept.source,
        kept.function_arn,
        is_enabled=kept.is_enabled,
        batch_size=kept.batch_size,
        window_s=kept.window_s,
        filters=kept.patterns,
        reports_failures=kept.reports_failures,
        maximum_concurrency=kept.max_concurrency,
        starting_position=kept.starting_position,
        parallelization=kept.parallelization,
        maximum_retries=kept.retries,
        maximum_age_s=kept.max_age_s,
        bisects=kept.bisects,
        on_failure_arn=kept.on_failure,
    )


class InvokedFunctions:
    """Implements `homeport.aws.delivery.event_sources.mapping.Functions`."""

    def __init__(self, invocations: Invocations) -> None:
        self._invocations = invocations

    async def invoke(self, function_arn: str, payload: bytes) -> Answer:
        """Invokes a function and waits for it."""
        _, _, _, region, account, *_ = function_arn.split(":")
        result = await self._invocations.invoke(Invocation(account, region, function_arn, payload))
        return Answer(
            result.payload, result.function_error, result.executed_version, result.request_id
        )


class TargetDestinations:
    """Implements `homeport.aws.delivery.event_sources.mapping.Destinations`."""

    def __init__(self, targets: Targets) -> None:
        self._targets = targets

    async def send(self, arn: str, body: str, *, source_arn: str) -> None:
        """Sends a text and returns once that is durable."""
        _, _, _, region, account, *_ = source_arn.split(":")
        await self._targets.send(arn, body, account=account, region=region, source_arn=source_arn)
