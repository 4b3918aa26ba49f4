"""A release, from its coming to its end: what the server then holds."""

from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from tests.deploy.chart.rendering import SETS
from tests.deploy.cluster.client import Client, Denied
from tests.deploy.cluster.namespace import Namespace, State, name
from tests.deploy.cluster.sets import called, installed, of_every_set

LONGEST_RELEASE = "a" * 53
"""Helm takes no longer ones."""
CHANGED = {"config.log.level": "debug"}


@pytest.fixture(scope="module")
def fresh(cluster: Client) -> dict[Path, State]:
    """What each set gives where nothing was before it."""
    return {values: Namespace(cluster, values.stem).install(values) for values in SETS}


@of_every_set
def test_what_is_rendered_stands_there_whole(values: Path, fresh: dict[Path, State]) -> None:
    asked = {name(one): one for one in installed(values)}
    assert set(fresh[values]) == set(asked)
    for key, one in fresh[values].items():
        assert holds(one, asked[key]), key


@of_every_set
def test_a_release_changes_goes_back_and_leaves_nothing(values: Path, namespace: Namespace) -> None:
    before = namespace.install(values)
    assert namespace.upgrade(values, values=CHANGED) != before
    assert namespace.upgrade(values) == before
    assert namespace.rollback(2) != before
    assert namespace.rollback(1) == before
    assert namespace.uninstall() == {}


@pytest.mark.parametrize(("first", "second"), list(combinations(SETS, 2)), ids=called)
def test_one_set_becomes_another_and_goes_back_as_if_either_were_new(
    first: Path, second: Path, namespace: Namespace, fresh: dict[Path, State]
) -> None:
    assert namespace.install(first) == fresh[first]
    assert namespace.upgrade(second) == fresh[second]
    assert namespace.rollback(1) == fresh[first]
    assert namespace.uninstall() == {}


@pytest.mark.parametrize("kind", ["Deployment", "StatefulSet"])
@pytest.mark.parametrize("scaler", ["keda", "hpa"])
def test_an_upgrade_leaves_the_number_of_replicas_to_who_scales(
    scaler: str, kind: str, namespace: Namespace
) -> None:
    values = {f"autoscaling.{scaler}.enabled": True, "workload.kind": kind}
    [workload] = [key for key in namespace.install(values=values) if key.startswith(f"{kind}/")]
    namespace.kubectl("scale", workload, "--replicas=3")

    after = namespace.upgrade(values=values | CHANGED)

    assert after[workload]["spec"]["replicas"] == 3


@of_every_set
def test_the_longest_name_of_a_release_is_taken(values: Path, namespace: Namespace) -> None:
    assert namespace.install(values, release=LONGEST_RELEASE)
    assert namespace.uninstall(release=LONGEST_RELEASE) == {}


def test_two_releases_stand_side_by_side(namespace: Namespace) -> None:
    [first, *_] = SETS
    alone = namespace.install(first)
    both = namespace.install(first, release="other")
    assert set(alone) < set(both)
    assert namespace.uninstall(release="other") != {}
    assert namespace.uninstall() == {}


def test_a_refused_upgrade_says_why_and_a_rollback_mends_it(namespace: Namespace) -> None:
    before = namespace.install()
    nowhere = {"volumeMounts": [{"name": "nowhere", "mountPath": "/nowhere"}]}

    with pytest.raises(Denied, match=r'volumeMounts\[\d\]\.name: Not found: "nowhere"'):
        namespace.upgrade(values=CHANGED | nowhere)

    assert namespace.rollback(1) == before
    assert namespace.uninstall() == {}


def holds(live: Any, asked: Any) -> bool:
    """Whether nothing of *asked* was dropped; the server adds its defaults."""
    if isinstance(asked, dict):
        return all(holds(live.get(key), asked[key]) for key in asked if key != "namespace")
    if isinstance(asked, list):
        return len(live) == len(asked) and all(map(holds, live, asked))
    return bool(live == asked)
