"""Where an event goes: the path of its service, and what a request to it carries. Pure."""

from bridge.model import Event, Kind, Request, Route, Service

_PATHS = {Kind.BEHAVIOR: "assignbehavior", Kind.ORDER: "storecustomerandorder"}


def path_of(service: Service) -> str:
    """The service's path below the base URL. Omeda wants the `/*` as it stands, unescaped."""
    return f"/brand/{service.brand}/{_PATHS[service.kind]}/*"


def request_for(event: Event, route: Route) -> Request:
    """The one POST that delivers *event*."""
    return Request(route.service, route.topic, event.body, event.events)
