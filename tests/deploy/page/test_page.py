"""The status page in a real browser, while a real bridge delivers, fails and recovers."""

import itertools
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Literal

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, Route, expect

from bridge.demo.events import BEHAVIORS, Sample
from tests.deploy.page.browser import PHONE, WIDE, Viewer
from tests.deploy.page.stage import APP_ID, INPUT_ID, Stage, failing
from tests.edges.proxied import proxied

pytestmark = pytest.mark.asyncio(loop_scope="session")

SEEN = 30_000
"""Milliseconds within which anything shows: the machine may be busy with other things."""
expect.set_options(timeout=SEEN)

Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ANN = "ann.example@mail.example"
WANTED = """
[...document.querySelectorAll("a, summary, .scroll, input, button")]
  .filter(each => each.checkVisibility({contentVisibilityAuto: true})).length
"""
"""How many things there are to be reached."""
REACHED = """
[...document.querySelectorAll("a, summary, .scroll, input, button")]
  .indexOf(document.activeElement)
"""
ORDERS_CARD = ".service:has(h3:text-is('DEMO / order'))"
ORDERS_HALTED = ".service[data-doing=halted]"
BEHAVIORS_CARD = ".service:has(h3:text-is('DEMO / behavior'))"


@asynccontextmanager
async def trouble(stage: Stage, status: int) -> AsyncIterator[None]:
    """Every order is answered with *status* for as long as this lasts."""
    stage.simulator.faults = (failing(status),)
    try:
        yield
    finally:
        stage.simulator.faults = ()


async def well(page: Page) -> None:
    await expect(page.locator("#verdict")).to_have_text("All is well.")


async def test_it_loads_and_goes_on_as_events_flow(stage: Stage, viewer: Viewer) -> None:
    async with viewer.looking(stage.url) as page:
        await well(page)
        await expect(page.locator("#link-text")).to_have_text("live")
        card = page.locator(BEHAVIORS_CARD)
        await expect(card.locator(".doing")).to_have_text("delivering")
        delivered = card.locator("dd").first
        before = await delivered.inner_text()
        await expect(delivered).not_to_have_text(before)
        await expect(card.locator(".line").first).to_have_attribute("d", re.compile("M.*L"))
        await expect(page.locator("#partitions tr")).to_have_count(8)
        await expect(page.locator("#process")).to_contain_text("running")
        assert await page.title() == "omeda-bridge"


async def test_who_opens_it_late_sees_what_was_before(stage: Stage, viewer: Viewer) -> None:
    async with viewer.looking(stage.url) as first:
        line = first.locator(f"{BEHAVIORS_CARD} .line").first
        await expect(line).to_have_attribute("d", re.compile("(L.*){2}"))
    async with viewer.looking(stage.url) as page:
        line = page.locator(f"{BEHAVIORS_CARD} .line").first
        await expect(line).to_have_attribute("d", re.compile("(L.*){2}"), timeout=4000)


async def test_an_outage_shows_and_so_does_its_end(stage: Stage, viewer: Viewer) -> None:
    async with viewer.looking(stage.url) as page:
        await well(page)
        async with trouble(stage, 503):
            card = page.locator(ORDERS_CARD)
            await expect(card).to_have_attribute("data-doing", "outage")
            await expect(card.locator(".headline .doing")).to_have_text("outage")
            await expect(card.locator(".since")).to_contain_text(
                re.compile(r"since \d\d:\d\d:\d\d")
            )
            await expect(card.locator(".why")).to_contain_text("nothing is lost")
            await expect(page.locator("#verdict")).to_contain_text("Outage: DEMO / order.")
            await expect(page.locator(BEHAVIORS_CARD)).to_have_attribute("data-doing", "delivering")
            await expect(card.locator("rect.shade").first).to_be_attached()
            assert await page.title() == "Outage · omeda-bridge"
        await well(page)
        await expect(page.locator("#happenings tr").first).to_contain_text("goes on after")
        await expect(page.locator("#happenings tr").nth(1)).to_contain_text("outage began")
        await expect(card.locator(".why")).to_be_hidden()


async def test_a_halt_shows_and_why(stage: Stage, viewer: Viewer) -> None:
    async with viewer.looking(stage.url) as page:
        async with trouble(stage, 403):
            card = page.locator(ORDERS_CARD)
            await expect(card).to_have_attribute("data-doing", "halted")
            await expect(card.locator(".why")).to_contain_text("Omeda answered 403")
            await expect(page.locator("#verdict")).to_contain_text("Halted: DEMO / order.")
        await well(page)


async def test_a_rejection_says_where_and_why_and_shows_nothing_of_the_record(
    stage: Stage, viewer: Viewer
) -> None:
    body = {"OmedaCustomerId": 918273, "Emails": [{"EmailAddress": ANN}], "CustomerBehaviors": [{}]}
    async with viewer.looking(stage.url) as page:
        stage.produce(Sample(BEHAVIORS, "918273", json.dumps(body).encode(), 0))
        row = page.locator("#rejections tr", has_text="rule").first
        await expect(row).to_contain_text(re.compile(r"omeda\.behaviors-\d@\d+"))
        await expect(row).to_contain_text("behavior")
        shown = await page.content()
        assert ANN not in shown
        assert "918273" not in shown
        await expect(page.locator(f"{BEHAVIORS_CARD} .past dd").first).to_contain_text("rule 1")


async def test_the_configuration_is_shown_without_its_secrets(stage: Stage, viewer: Viewer) -> None:
    async with viewer.looking(stage.url) as page:
        await page.locator("#config-details summary").click()
        row = page.locator("#config tr", has_text="brands.DEMO.app_id").first
        await expect(row).to_contain_text("***")
        await expect(page.locator("#config")).to_contain_text("delivery.backlog_high4000")
        shown = await page.content()
        assert APP_ID not in shown
        assert INPUT_ID not in shown


async def test_the_rules_of_accessibility_hold_in_every_light_and_on_a_phone(
    stage: Stage, viewer: Viewer
) -> None:
    async with viewer.looking(stage.url) as page:
        async with trouble(stage, 503):
            await expect(page.locator(ORDERS_CARD)).to_have_attribute("data-doing", "outage")
            await expect(page.locator("#rejections td").first).to_be_visible()
            for size, scheme in itertools.product((PHONE, WIDE), SCHEMES):
                await page.set_viewport_size({"width": size[0], "height": size[1]})
                await _check(page, scheme)
        async with trouble(stage, 403):
            await expect(page.locator(ORDERS_CARD)).to_have_attribute("data-doing", "halted")
            for scheme in SCHEMES:
                await _check(page, scheme, "#verdict", ORDERS_HALTED)
        await page.locator("#config-details summary").click()
        await _check(page, "light", "#config-details")
        await well(page)


async def _check(page: Page, scheme: Scheme, *parts: str) -> None:
    """Hold *parts* of the page, or all of it, against the rules."""
    await page.emulate_media(color_scheme=scheme)
    context = [[part] for part in parts] or None
    found = await Axe().run(page, context, {"runOnly": {"type": "tag", "values": RULES}})
    held = {each["id"] for each in found.response["passes"]}
    assert "color-contrast" in held
    assert found.violations_count == 0, found.generate_report()


async def test_on_a_phone_the_page_is_never_wider_than_the_screen(
    stage: Stage, viewer: Viewer
) -> None:
    async with viewer.looking(stage.url, size=PHONE) as page:
        await well(page)
        await page.locator("#config-details summary").click()
        await expect(page.locator("#config tr").first).to_be_visible()
        assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]


async def test_the_keyboard_reaches_everything(stage: Stage, viewer: Viewer) -> None:
    async with viewer.looking(stage.url) as page:
        await well(page)
        wanted = await page.evaluate(WANTED)
        reached = set()
        for _ in range(wanted):
            await page.keyboard.press("Tab")
            reached.add(await page.evaluate(REACHED))
        assert -1 not in reached
        assert len(reached) == wanted


async def test_the_keyboard_reads_a_chart_and_opens_the_configuration(
    stage: Stage, viewer: Viewer
) -> None:
    async with viewer.looking(stage.url) as page:
        await well(page)
        slider = page.locator(f"{BEHAVIORS_CARD} input").first
        await expect(slider).to_have_attribute("aria-valuetext", re.compile(r":\d\d: .*/s"))
        await slider.focus()
        for _ in range(179):
            await page.keyboard.press("ArrowLeft")
        await expect(slider).to_have_attribute("aria-valuetext", "nothing known")
        await page.locator("#config-details summary").focus()
        await page.keyboard.press("Enter")
        await expect(page.locator("#config tr").first).to_be_visible()


async def test_without_a_feed_it_asks_again_and_again(stage: Stage, viewer: Viewer) -> None:
    async def none(route: Route) -> None:
        await route.fulfill(status=503, body="too many are watching")

    async with viewer.meddling() as page:
        await page.route("**/events", none)
        await page.goto(stage.url)
        await expect(page.locator("#link-text")).to_have_text("live, by polling")
        delivered = page.locator(f"{BEHAVIORS_CARD} dd").first
        before = await delivered.inner_text()
        await expect(delivered).not_to_have_text(before)
        line = page.locator(f"{BEHAVIORS_CARD} .line").first
        await expect(line).to_have_attribute("d", re.compile("M.*L"))


async def test_of_many_partitions_those_with_most_lag_come_first(
    stage: Stage, viewer: Viewer
) -> None:
    async def many(route: Route) -> None:
        status: Any = await (await route.fetch()).json()
        one = status["partitions"][0]
        status["partitions"] = [{**one, "number": each, "lag": each} for each in range(40)]
        status["partitions"][7]["lost"] = True
        await route.fulfill(json=status)

    async with viewer.meddling() as page:
        await page.route("**/events", lambda route: route.abort())
        await page.route("**/status.json", many)
        await page.goto(stage.url)
        rows = page.locator("#partitions tr")
        await expect(rows).to_have_count(12)
        await expect(rows.first).to_contain_text("-39")
        await expect(page.locator("#verdict")).to_contain_text("Standing still")
        await page.locator("#more").focus()
        await page.keyboard.press("Enter")
        await expect(rows).to_have_count(40)
        await expect(page.locator("#more")).to_have_attribute("aria-expanded", "true")
        await expect(rows.nth(7)).to_contain_text("stands still")


@pytest.mark.parametrize("address", ["/ops/bridge", "/ops/bridge/"])
async def test_below_a_prefix_it_is_live_and_its_links_lead_on(
    stage: Stage, viewer: Viewer, address: str
) -> None:
    async with (
        proxied(stage.url, "/ops/bridge") as origin,
        viewer.looking(origin + address) as page,
    ):
        await well(page)
        await expect(page.locator("#link-text")).to_have_text("live")
        link = page.locator("footer a", has_text="status.json")
        assert await link.evaluate("link => link.href") == f"{origin}/ops/bridge/status.json"


async def test_a_bridge_that_no_longer_answers_is_no_longer_called_live(
    stage: Stage, viewer: Viewer
) -> None:
    async with (
        proxied(stage.url, "/gone") as origin,
        viewer.meddling() as page,
    ):
        await page.goto(f"{origin}/gone/")
        await well(page)
        # As if the wire was cut: what is open ends, and nothing new is answered.
        await page.context.set_offline(True)
        await page.evaluate("window.stop()")
        await expect(page.locator("#link")).to_have_attribute("data-link", "lost")
        await expect(page.locator("#link-text")).to_contain_text("no answer since")
        await expect(page.locator("#verdict")).to_contain_text("does not answer")
        assert await page.title() == "No news · omeda-bridge"
        await page.context.set_offline(False)
        await expect(page.locator("#link")).to_have_attribute(
            "data-link", re.compile("live|polling")
        )
