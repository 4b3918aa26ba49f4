"""An Omeda that repeats what it was told: all that a careless server could echo into an error."""

import json
from collections.abc import Callable

from aiohttp import web

from tests.system.omeda import SUBMISSION_ID, OmedaStandIn
from tests.system.waiting import eventually

ECHOED_SECONDS = 30

Echo = Callable[[web.BaseRequest, bytes], web.Response]


class Parrot(OmedaStandIn):
    """As long as there is no *echo*, it does what Omeda does."""

    def __init__(self) -> None:
        super().__init__()
        self.echo: Echo | None = None
        self.echoed = 0

    async def _handle(self, request: web.BaseRequest) -> web.Response:
        if self.echo is None:
            return await super()._handle(request)
        answer = self.echo(request, await request.read())
        self.echoed += 1
        return answer

    def await_echoes(self, count: int) -> None:
        """Until *count* requests have met an echo since the test began."""
        eventually(
            f"{count} echoes",
            lambda: self.echoed >= count,
            within=ECHOED_SECONDS,
            instead=lambda: self.echoed,
        )


def errors(status: int) -> Echo:
    """Omeda's own form, with an error for each header and each value of the event."""

    def echo(request: web.BaseRequest, body: bytes) -> web.Response:
        said = [f"{text} is not valid." for text in told(request, body)]
        found = {"SubmissionId": SUBMISSION_ID, "Errors": [{"Error": text} for text in said]}
        return web.json_response(found, status=status)

    return echo


def page(status: int, content_type: str) -> Echo:
    """What a gateway may say: the whole request, headers and body."""

    def echo(request: web.BaseRequest, body: bytes) -> web.Response:
        said = f"<html>{'; '.join(told(request, body))}; {body.decode()}</html>"
        return web.Response(status=status, text=said, content_type=content_type)

    return echo


def elsewhere(request: web.BaseRequest, body: bytes) -> web.Response:
    """A redirect to an address that holds what must not be shown."""
    where = f"http://127.0.0.1:1/{'/'.join(told(request, body))}"
    return web.Response(status=302, headers={"Location": where, "Retry-After": "1"})


def told(request: web.BaseRequest, body: bytes) -> list[str]:
    """What stands in the request: the values of the headers, and those of the card's members."""
    headers = [request.headers[name] for name in ("x-omeda-appid", "x-omeda-inputid")]
    event = json.loads(body)
    bill = event.get("BillingInformation", {}) if isinstance(event, dict) else {}
    return [*headers, *(f"{name} {value}" for name, value in bill.items())]
