import pytest

from homeport.aws.delivery.event_sources.event_sources import EventSources
from homeport.aws.delivery.event_sources.queues.queue_source import QueueSource
from homeport.aws.sqs.consuming import Consumer
from homeport.aws.sqs.engine import redrive


def maker(queues, function, clock):
    def make(mapping, note):
        consumer = Consumer(queues.sqs, redrive.address(mapping.source_arn))
        return QueueSource(mapping, consumer, function, clock, note)

    return make


@pytest.fixture
async def sources(queues, function, clock, mappings):
    sources = EventSources(mappings, {"sqs": maker(queues, function, clock)}, clock)
    yield sources
    await sources.close()


@pytest.fixture
def run(sources, mappings, mapping):
    """Runs a mapping, or the changed one of that UUID."""

    def run(**changes):
        found = mapping(**changes)
        mappings.kept[found.uuid] = found
        sources.on_mapping_changed(found.uuid)

    return run
