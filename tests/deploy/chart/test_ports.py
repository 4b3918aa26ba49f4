"""Which ports are open, and which are let out."""

import pytest

from tests.deploy.chart.rendering import (
    CHART,
    bridge_of,
    objects,
    only,
    pod,
)


def test_the_port_is_that_of_the_configuration_everywhere() -> None:
    found = objects(CHART / "ci/statefulset-values.yaml", values={"config.admin.port": 8123})
    assert bridge_of(found)["ports"][0]["containerPort"] == 8123
    assert only("Service", found)["spec"]["ports"][0]["port"] == 8123
    ingress = only("NetworkPolicy", found)["spec"]["ingress"]
    assert ingress[0]["ports"][0]["port"] == 8123


@pytest.mark.parametrize(
    ("values", "ports"),
    [
        ({}, [9092, 9093, 9094, 443]),
        (
            {"config.kafka.bootstrap_servers": "b-1:9096, [2001:db8::9]:19096,b-3:9092"},
            [9092, 9093, 9094, 9096, 19096, 443],
        ),
        ({"config.omeda.proxy": "http://user@p:3128"}, [9092, 9093, 9094, 443, 3128]),
        ({"config.omeda.proxy": "http://[2001:db8::9]"}, [9092, 9093, 9094, 443, 80]),
        (
            {"config.omeda.base_url": "https://omeda.test:8443/rest"},
            [9092, 9093, 9094, 443, 8443],
        ),
        (
            {
                "config.omeda.base_url": "https://omeda.test:8443/rest",
                "config.omeda.proxy": "http://p:3128",
                "networkPolicy.kafkaPorts": [9093],
                "networkPolicy.httpsPorts": [3128],
            },
            [9093, 9092, 3128],
        ),
        ({"networkPolicy.httpsPorts": []}, [9092, 9093, 9094]),
        ({"networkPolicy.kafkaPorts": []}, [443]),
    ],
)
def test_the_ports_that_the_configuration_names_are_let_out(
    values: dict[str, object], ports: list[int]
) -> None:
    _dns, out = only("NetworkPolicy", objects(values=values))["spec"]["egress"]
    assert [one["port"] for one in out["ports"]] == ports


def test_without_any_port_only_names_are_looked_up() -> None:
    empty: dict[str, object] = {"networkPolicy.kafkaPorts": [], "networkPolicy.httpsPorts": []}
    [dns] = only("NetworkPolicy", objects(values=empty))["spec"]["egress"]
    assert {one["port"] for one in dns["ports"]} == {53}


def test_the_check_goes_where_the_bridge_may_go() -> None:
    where = {
        "nodeSelector": {"disk": "ssd"},
        "tolerations": [{"key": "audience", "operator": "Exists"}],
        "affinity": {"nodeAffinity": {}},
        "priorityClassName": "orders",
    }
    found = objects(values=where)

    [check] = [one for one in found if one["kind"] == "Pod"]
    assert where.items() <= check["spec"].items()
    assert where.items() <= pod(found).items()
