import pytest
from tests.apiserver import cluster as clusters
from tests.targets.kubernetes.planning import samples


@pytest.fixture
def stack(tmp_path):
    """A stack for a cluster whose controllers work by themselves."""
    with clusters.Cluster() as stand_in:
        made = samples.Stack(stand_in, tmp_path)
        yield made
        made.cluster.close()
