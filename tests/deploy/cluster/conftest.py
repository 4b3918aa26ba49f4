"""One server for the run, and a namespace of its own for each test."""

import itertools
import subprocess
from collections.abc import Iterator

import pytest

from tests.deploy.cluster import operators
from tests.deploy.cluster.client import Client
from tests.deploy.cluster.namespace import Namespace
from tests.deploy.cluster.server import Server
from tests.deploy.container import ROOT
from tests.deploy.tools import INSTALL_SECONDS

TOOLS = ("kube-apiserver", "etcd", "crds", "helm", "kubectl")
NUMBERS = itertools.count(1)


@pytest.fixture(scope="session", autouse=True)
def _tools() -> None:
    """`make test-cluster` has had them made before: pytest would not wait for that."""
    subprocess.run([ROOT / "scripts/tools.sh", *TOOLS], check=True, timeout=INSTALL_SECONDS)


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """One where the operators have brought their kinds."""
    with Server(tmp_path_factory.mktemp("cluster")) as server:
        operators.arrive(server.client)
        yield server.client


@pytest.fixture
def namespace(cluster: Client) -> Namespace:
    return Namespace(cluster, f"test-{next(NUMBERS)}")


@pytest.fixture(scope="session")
def events(cluster: Client) -> Namespace:
    """The one that objects are rendered for where helm is not told another."""
    return Namespace(cluster, "events")
