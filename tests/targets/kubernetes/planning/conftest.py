import pytest
from tests.apiserver import cluster as clusters
from tests.targets.kubernetes.planning import samples


@pytest.fixture
def stack(tmp_path):
    """A stack for a cluster whose controllers work when they are told to."""
    with clusters.Cluster(is_stepped=True) as stand_in:
        made = samples.Stack(stand_in, tmp_path)
        yield made
        made.cluster.close()


@pytest.fixture
def applied(stack):
    """The same, with the stack applied."""
    stack.apply()
    return stack
