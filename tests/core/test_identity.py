import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.identity import lane_of
from bridge.model import LaneKey
from tests.core.samples import record

OMEDA = {"OmedaCustomerId": 123}
EXTERNAL = {"ExternalCustomerId": "ab", "ExternalCustomerIdNamespace": "crm"}
CLIENT = {"ClientCustomerId": "c7"}


@pytest.mark.parametrize(
    ("members", "customer"),
    [
        pytest.param(OMEDA | EXTERNAL | CLIENT, "123", id="Omeda's id comes first"),
        pytest.param(EXTERNAL | CLIENT, "crm:ab", id="then namespace and external id"),
        pytest.param({"ExternalCustomerId": "ab"} | CLIENT, "ab", id="also without namespace"),
        pytest.param({"ExternalCustomerId": 0}, "0", id="an external id may be nought"),
        pytest.param(CLIENT, "c7", id="then the client's id"),
        pytest.param({"ClientCustomerId": 7}, "7", id="as a number too"),
        pytest.param({}, "the key", id="then the record key"),
        pytest.param({"OmedaCustomerId": "123"}, "123", id="a digit string is the number"),
        pytest.param({"OmedaCustomerId": "00123"}, "123", id="leading zeros do not count"),
        pytest.param({"OmedaCustomerId": "x"} | CLIENT, "c7", id="a word is no Omeda id"),
        pytest.param({"OmedaCustomerId": -5} | CLIENT, "c7", id="nor a negative number"),
        pytest.param({"OmedaCustomerId": 5.0} | CLIENT, "c7", id="nor a fraction"),
        pytest.param({"OmedaCustomerId": True} | CLIENT, "c7", id="nor a truth value"),
        pytest.param(
            {"OmedaCustomerId": "\u0663"} | CLIENT, "c7", id="nor digits of other scripts"
        ),
        pytest.param({"OmedaCustomerId": ""} | CLIENT, "c7", id="nor an empty text"),
        pytest.param({"OmedaCustomerId": None} | CLIENT, "c7", id="nor null"),
        pytest.param({"ExternalCustomerId": ""} | CLIENT, "c7", id="an empty external id is none"),
        pytest.param({"ExternalCustomerId": []} | CLIENT, "c7", id="nor is a list"),
        pytest.param({"ExternalCustomerIdNamespace": "crm"}, "the key", id="a namespace is no id"),
        pytest.param({"ClientCustomerId": {}}, "the key", id="an object is no client id"),
    ],
)
def test_the_lane_is_the_customer_in_the_order_of_ids(
    members: dict[str, object], customer: str
) -> None:
    assert lane_of(record(key=b"the key"), "DEMO", members) == LaneKey("DEMO", customer)


def test_records_of_different_brands_never_share_a_lane() -> None:
    assert lane_of(record(), "DEMO", OMEDA) != lane_of(record(), "OTHER", OMEDA)


def test_a_key_that_is_the_customers_id_leads_into_the_customers_lane() -> None:
    assert lane_of(record(key=b"123"), "DEMO", {}) == lane_of(record(), "DEMO", OMEDA)


@given(st.binary(min_size=1), st.binary(min_size=1))
def test_a_key_of_any_bytes_names_a_lane_and_the_same_key_the_same_lane(
    key: bytes, other: bytes
) -> None:
    lane = lane_of(record(1, key=key), "DEMO", {})

    assert lane == lane_of(record(2, key=key), "DEMO", {})
    if key.isascii():
        assert lane.customer == key.decode()
        assert (lane == lane_of(record(key=other), "DEMO", {})) == (key == other)


@pytest.mark.parametrize("key", [None, b""])
def test_a_record_without_id_and_key_is_alone_in_its_lane(key: bytes | None) -> None:
    assert lane_of(record(1, key=key), "DEMO", {}) != lane_of(record(2, key=key), "DEMO", {})
