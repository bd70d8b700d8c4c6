import pytest
from tests.targets.kubernetes.cluster.files import Home

from homeport.targets.kubernetes.cluster.configuration.access import Places


@pytest.fixture
def home(tmp_path):
    """A person's home folder on a machine that is neither a pod nor a node."""
    places = Places(tmp_path / "serviceaccount", tmp_path / "etc" / "k3s.yaml")
    return Home(tmp_path, places)
