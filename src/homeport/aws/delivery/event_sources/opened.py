"""The event sources of this process, put together."""

from __future__ import annotations

from homeport.aws.delivery.event_sources import filters
from homeport.aws.delivery.event_sources.event_sources import EventSources, Make
from homeport.aws.delivery.event_sources.mapping import Destinations, Functions, Mapping, Mappings
from homeport.aws.delivery.event_sources.queues.queue_source import QueueSource
from homeport.aws.delivery.event_sources.source import Note
from homeport.aws.delivery.event_sources.streams.lane import Work
from homeport.aws.delivery.event_sources.streams.stream import Stream
from homeport.aws.delivery.event_sources.streams.stream_source import Positions, StreamSource
from homeport.aws.dynamodb.dynamodb import DynamoDb
from homeport.aws.protocol.ids import uuid
from homeport.aws.sqs.consuming import Consumer
from homeport.aws.sqs.engine import redrive
from homeport.aws.sqs.sqs import Sqs
from homeport.clock import Clock


def of_queues(sqs: Sqs, functions: Functions, clock: Clock) -> Make:
    """Makes what runs the mapping of a queue."""

    def make(mapping: Mapping, note: Note) -> QueueSource:
        address = redrive.address(mapping.source_arn)
        if address is None:
            raise ValueError(f"{mapping.source_arn} is no queue.")
        return QueueSource(mapping, Consumer(sqs, address), functions, clock, note)

    return make


def of_streams(
    dynamodb: DynamoDb,
    functions: Functions,
    destinations: Destinations,
    positions: Positions,
    clock: Clock,
) -> Make:
    """Makes what runs the mapping of a stream."""

    def make(mapping: Mapping, note: Note) -> StreamSource:
        patterns = filters.parse(mapping.filters)
        work = Work(mapping, patterns, functions, destinations, clock, uuid, note)
        return StreamSource(work, Stream(dynamodb, mapping.source_arn), positions)

    return make


def opened(
    mappings: Mappings,
    functions: Functions,
    destinations: Destinations,
    positions: Positions,
    clock: Clock,
    *,
    sqs: Sqs | None,
    dynamodb: DynamoDb | None,
) -> EventSources:
    """Event sources of the services that run; `start` takes up what is there, `close` ends them."""
    makers: dict[str, Make] = {}
    if sqs is not None:
        makers["sqs"] = of_queues(sqs, functions, clock)
    if dynamodb is not None:
        makers["dynamodb"] = of_streams(dynamodb, functions, destinations, positions, clock)
    return EventSources(mappings, makers, clock)
