"""The status page and what stands beside it, asked over HTTP."""

import base64
import hashlib
import re

import pytest

from tests.edges.proxied import proxied
from tests.edges.visiting import CONFIGURATION, Visitor, frame

PATHS = ("/", "/status.json", "/history.json", "/config.json", "/metrics", "/livez", "/nowhere")


async def test_the_page_is_one_document_that_asks_no_other_place_for_anything(
    visitor: Visitor,
) -> None:
    response = await visitor.ask("/")
    text = await response.text()

    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    links = re.findall(r'(?:src|href)="([^"#][^"]*)"', text)
    assert {link for link in links if not link.startswith("data:")} == {
        *("status.json", "history.json", "config.json", "metrics")
    }
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", text)
    assert "@import" not in text
    assert "url(" not in text


async def test_the_policy_allows_this_style_and_this_script_and_nothing_inline(
    visitor: Visitor,
) -> None:
    response = await visitor.ask("/")
    text = await response.text()

    policy = response.headers["Content-Security-Policy"]
    for tag, directive in (("style", "style-src"), ("script", "script-src")):
        [inside] = re.findall(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
        assert f"{directive} 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none';")
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "*" not in policy


@pytest.mark.parametrize("path", PATHS)
async def test_no_answer_may_be_read_from_another_origin(visitor: Visitor, path: str) -> None:
    response = await visitor.ask(path, Origin="https://elsewhere.example")

    assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert not [name for name in response.headers if name.lower().startswith("access-control")]


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
async def test_what_another_sites_page_asks_for_is_refused_and_a_link_is_not(
    visitor: Visitor, site: str
) -> None:
    asked = await visitor.ask("/events", Sec_Fetch_Site=site, Sec_Fetch_Mode="cors")
    linked = await visitor.ask("/", Sec_Fetch_Site=site, Sec_Fetch_Mode="navigate")
    own = await visitor.ask("/status.json", Sec_Fetch_Site="same-origin", Sec_Fetch_Mode="cors")

    assert (asked.status, linked.status, own.status) == (403, 200, 200)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
@pytest.mark.parametrize("path", ["/", "/events", "/status.json", "/config.json", "/metrics"])
async def test_nothing_but_get_and_head_is_taken(visitor: Visitor, path: str, method: str) -> None:
    response = await visitor.ask(path, method)

    assert response.status == 405
    assert response.headers["Allow"] == "GET,HEAD"


@pytest.mark.parametrize("path", [*PATHS[:-1], "/events"])
async def test_head_answers_at_once_with_the_same_headers(visitor: Visitor, path: str) -> None:
    head, get = await visitor.ask(path, "HEAD"), await visitor.ask(path)

    assert (head.status, await head.read()) == (200, b"")
    assert head.headers["Content-Type"] == get.headers["Content-Type"]
    get.close()


async def test_history_and_configuration_are_json(visitor: Visitor) -> None:
    assert (await (await visitor.ask("/history.json")).json())["at"] == [0.0, 5.0, 10.0]
    assert await (await visitor.ask("/config.json")).json() == CONFIGURATION


async def test_below_a_prefix_every_path_answers(visitor: Visitor) -> None:
    async with proxied(visitor.url, "/ops/bridge") as origin:
        for path in ("/", "", "/status.json", "/history.json", "/config.json", "/metrics"):
            async with visitor.session.get(f"{origin}/ops/bridge{path}") as response:
                assert response.status == 200
        response = await visitor.session.get(f"{origin}/ops/bridge/events")
        assert (await frame(response))[0] == "status"
        response.close()
