"""A running simulator, and a client that speaks to it as Omeda's clients do."""

import asyncio
import io
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import aiohttp
from yarl import URL

from bridge.simulator import (
    CALM,
    Effect,
    FaultRule,
    Scenario,
    Simulator,
)

JSON = "application/json"
CREDENTIALS = {"x-omeda-appid": "app", "x-omeda-inputid": "input", "content-type": JSON}
PATHS = {
    "behavior": "assignbehavior/*",
    "bulk": "assignbehavior/bulk/*",
    "order": "storecustomerandorder/*",
    "processor": "runprocessor/*",
}
"""Those to which something is posted."""
VIEWED = {"BehaviorId": 7, "BehaviorDate": "2024-01-02 03:04:05"}

BILLING = {
    "CreditCardType": "1",
    "CreditCardNumber": "4111111111111111",
    "ExpirationDate": "1298",
    "CardSecurityCode": "111",
    "NameOnCard": "Ada Example",
    "DoCharge": "False",
    "BillingStreet": "1 Example Road",
    "BillingCity": "Northbrook",
    "BillingRegion": "IL",
    "BillingPostalCode": "60062",
    "BillingCountryCode": "USA",
    "DepositDate": "2016-09-09 ",
    "AuthCode": "393472480",
}
PAID = {
    "OmedaProductId": 14,
    "Amount": "65.00",
    "SalesTax": "6.50",
    "AmountPaid": "71.50",
    "Term": "12",
}


class Reply(NamedTuple):
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def content(self) -> Any:
        return json.loads(self.body)

    @property
    def errors(self) -> list[str]:
        return [entry["Error"] for entry in self.content["Errors"]]

    @property
    def transaction(self) -> Any:
        return self.content["ResponseInfo"][0]["TransactionId"]


class Omeda(NamedTuple):
    """A running simulator and a session with it."""

    simulator: Simulator
    session: aiohttp.ClientSession

    async def behavior(self, customer: object = 1001, *behaviors: object) -> Reply:
        body = {"OmedaCustomerId": customer, "CustomerBehaviors": behaviors or (VIEWED,)}
        return await self.post("behavior", body)

    async def order(self, **fields: object) -> Reply:
        return await self.post("order", fields)

    async def bulk(self, *customers: object) -> Reply:
        return await self.post("bulk", {"Customers": customers})

    async def look_up(self, transaction: object) -> Reply:
        path = f"/brand/demo/transaction/{transaction}/*"
        return await self.ask("GET", path, headers={"x-omeda-appid": "app"})

    async def run(self, *transactions: object) -> Reply:
        body = {"Process": [{"TransactionId": each} for each in transactions]}
        return await self.post("processor", body, x_omeda_inputid=None)

    async def post(self, service: str, body: object, **headers: str | None) -> Reply:
        changed = CREDENTIALS | {name.replace("_", "-"): text for name, text in headers.items()}
        kept = {name: text for name, text in changed.items() if text is not None}
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return await self.ask("POST", f"/brand/demo/{PATHS[service]}", data, kept)

    async def ask(
        self, method: str, path: str, data: bytes = b"", headers: Mapping[str, str] = CREDENTIALS
    ) -> Reply:
        return await self._request(method, f"{self.simulator.url}{path}", data, headers)

    async def control(self, method: str, path: str, content: object = None) -> Reply:
        url = URL(self.simulator.url).origin().join(URL(f"/_simulator/{path}"))
        return await self._request(method, str(url), json.dumps(content).encode(), {})

    async def _request(
        self, method: str, url: str, data: bytes, headers: Mapping[str, str]
    ) -> Reply:
        target = URL(url, encoded=True)
        async with self.session.request(
            method,
            target,
            data=io.BytesIO(data),
            headers=headers,
            skip_auto_headers=["content-type"],
        ) as response:
            return Reply(response.status, response.headers, await response.read())


class Line(NamedTuple):
    """A client's connection, as the books see one."""

    closing: bool

    def is_closing(self) -> bool:
        return self.closing


@asynccontextmanager
async def running(scenario: Scenario = CALM, *, keep_bodies: bool = True) -> AsyncIterator[Omeda]:
    simulator = Simulator(scenario, keep_bodies=keep_bodies)
    await simulator.start()
    try:
        async with aiohttp.ClientSession() as session:
            yield Omeda(simulator, session)
    finally:
        await simulator.stop()


async def until(happened: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not happened():  # noqa: ASYNC110 - the books keep counts, and announce nothing
            await asyncio.sleep(0.001)


def without(fields: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in fields.items() if key != name}


def clock_of(now: list[float]) -> Callable[[], float]:
    """A clock that stands where *now* says."""
    return lambda: now[0]


def always(effect: Effect) -> tuple[FaultRule, ...]:
    return (FaultRule(effect),)
