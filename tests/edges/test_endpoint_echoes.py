"""What Omeda's answer quotes of its request is shown to nobody else."""

import pytest

from bridge.config import Secret
from bridge.config.settings import Brand
from bridge.event import Request
from bridge.model import Halt, Rejected
from bridge.verdict import verdict
from tests.edges.posting import ORDER, built, configured
from tests.edges.wire import Step, answer, listening

pytestmark = pytest.mark.usefixtures("either_client")

APP_ID = "0C1A4E9E-0000-4000-8000-INVENTED0001"
INPUT_ID = "77"
CODE = "917"
BILL = b'{"OmedaCustomerId":1,"BillingInformation":{"CardSecurityCode":"917","BillingCity":"9173"}}'
SAID = f"{APP_ID} and {APP_ID.lower()} ({INPUT_ID}): the code {CODE} is not that of 9173"


def quoted(said: str, status: str) -> Step:
    return answer(f'{{"Errors":[{{"Error":"{said}"}}]}}'.encode(), status=status)


async def outcome(step: Step) -> object:
    brand = Brand(app_id=Secret(APP_ID), input_id=Secret(INPUT_ID))
    async with listening(step) as wire:
        config = configured(f"http://{wire.address}/rest", brand=brand)
        async with built(config) as endpoint:
            return verdict(await endpoint.post(Request(ORDER.service, ORDER.topic, BILL)))


@pytest.mark.parametrize(
    "step",
    [
        quoted(SAID, "400 Bad Request"),
        answer(SAID.encode(), "Content-Type: text/plain", status="422 No"),
    ],
)
async def test_credentials_and_card_data_in_a_refusal_are_hidden(step: Step) -> None:
    refused = await outcome(step)

    assert isinstance(refused, Rejected)
    hidden = "*" * len(APP_ID)
    assert refused.message == f"{hidden} and {hidden} (**): the code *** is not that of 9173"


async def test_credentials_in_what_halts_a_service_are_hidden() -> None:
    halted = await outcome(quoted(SAID, "403 Forbidden"))

    assert isinstance(halted, Halt)
    assert "check the credentials" in halted.message
    assert not any(text in halted.message for text in (APP_ID, INPUT_ID, "917 "))


async def test_a_secret_is_hidden_also_where_the_text_is_cut() -> None:
    for before in range(960, 1001):
        refused = await outcome(quoted("x" * before + APP_ID, "400 Bad Request"))

        assert isinstance(refused, Rejected)
        assert set(refused.message) == {"x", "*"} or before == 1000
