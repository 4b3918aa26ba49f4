"""Kinds that come with an operator, where it is and where it is not."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy.chart.rendering import FOREIGN, NEWEST, SETS, objects
from tests.deploy.cluster import operators
from tests.deploy.cluster.client import Client, Denied
from tests.deploy.cluster.namespace import Namespace
from tests.deploy.cluster.server import Server
from tests.deploy.cluster.sets import called


def foreign(values: Path) -> set[str]:
    """Kinds of operators that this set asks for."""
    return {one["kind"] for one in objects(values)} & FOREIGN


@pytest.fixture(scope="module")
def lonely(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A cluster without any operator."""
    with Server(tmp_path_factory.mktemp("lonely")) as server:
        yield server.client


def test_the_server_is_of_the_newest_kubernetes_that_the_chart_is_tried_for(lonely: Client) -> None:
    told = json.loads(lonely.kubectl("version", "--output=json"))["serverVersion"]["gitVersion"]
    assert told.startswith(f"v{NEWEST.rpartition('.')[0]}.")


@pytest.mark.parametrize("values", SETS, ids=called)
def test_no_kind_is_asked_for_beyond_the_wish(values: Path, lonely: Client) -> None:
    """What is wished for and cannot be is refused by name: it is not left out in silence."""
    namespace = Namespace(lonely, called(values))
    wished = foreign(values)
    if not wished:
        assert namespace.install(values)
        return
    with pytest.raises(Denied, match="ensure CRDs are installed first") as refused:
        namespace.install(values)
    assert all(f'no matches for kind "{kind}"' in str(refused.value) for kind in wished)
    assert namespace.everything() == {}


def test_an_upgrade_to_what_no_operator_brought_leaves_the_release_as_it_was(
    lonely: Client,
) -> None:
    namespace = Namespace(lonely, "upgraded")
    before = namespace.install()
    with pytest.raises(Denied, match='no matches for kind "PodMonitor"'):
        namespace.upgrade(values={"podMonitor.enabled": True, "replicas": 3})
    assert namespace.state() == before


def test_a_wish_is_granted_once_its_operator_has_come(tmp_path: Path) -> None:
    wish = {"podMonitor.enabled": True, "prometheusRule.enabled": True}
    with Server(tmp_path) as server:
        namespace = Namespace(server.client, "patient")
        with pytest.raises(Denied):
            namespace.install(values=wish)
        operators.arrive(server.client)
        assert {"PodMonitor", "PrometheusRule"} <= {
            one["kind"] for one in namespace.install(values=wish).values()
        }
