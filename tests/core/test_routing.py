import pytest

from bridge.model import Event, Kind, LaneKey, Request, Route, Service
from bridge.routing import path_of, request_for


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        (Kind.BEHAVIOR, "/brand/DEMO/assignbehavior/*"),
        (Kind.ORDER, "/brand/DEMO/storecustomerandorder/*"),
    ],
)
def test_the_path_names_brand_and_service_and_ends_in_a_literal_asterisk(
    kind: Kind, path: str
) -> None:
    assert path_of(Service("DEMO", kind)) == path


def test_a_request_carries_the_event_to_the_service_of_its_route() -> None:
    service = Service("DEMO", Kind.BEHAVIOR)
    event = Event(LaneKey("DEMO", "5"), b'{"OmedaCustomerId":5}', events=3)

    request = request_for(event, Route("clicks", service))

    assert request == Request(service, "clicks", b'{"OmedaCustomerId":5}', events=3)
