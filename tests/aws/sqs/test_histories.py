"""Random histories against a plain model: nothing lost, nothing given out twice, order kept."""

from hypothesis import HealthCheck, given, settings
from tests.aws.sqs import history
from tests.aws.sqs.conftest import Client

quick = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@quick
@given(history.steps)
def test_standard_queues_keep_their_promises(steps):
    history.play(Client, steps, is_fifo=False)


@quick
@given(history.steps)
def test_fifo_queues_keep_their_promises(steps):
    history.play(Client, steps, is_fifo=True)
