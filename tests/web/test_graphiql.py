"""GraphiQL in a real browser, served by a real server."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.async_api import Browser, ConsoleMessage, Page, async_playwright, expect

from models.engine import Database
from server import graphiql
from server.app import create_app
from server.demo import load
from server.settings import Settings
from tests.server.endpoint import served
from web.chromium import FLAGS, executable

# Fetching the browser on a machine that has none takes longer than a test.
pytestmark = [pytest.mark.timeout(600), pytest.mark.xdist_group("browser")]


@pytest.fixture(scope="session")
async def url(database: Database, database_url: str) -> AsyncIterator[str]:
    """The address of the page of the demo, with a key filled in."""
    demo = await load(database, lambda _done, _total: None)
    with served(create_app(Settings(database_url=database_url, worker=False), Database(database_url), demo)) as address:
        yield f"{address}/graphql"


@pytest.fixture
def url_without_key(application_url: str) -> str:
    """The address of the page as `serve` shows it."""
    return f"{application_url}/graphql"


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    path = await asyncio.to_thread(executable)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        await browser.close()


class Visit:
    """A visit to the page, with all that the browser asked for and complained of."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.requests: list[str] = []
        self.complaints: list[str] = []
        page.context.on("request", lambda request: self.requests.append(request.url))
        page.on("websocket", lambda websocket: self.requests.append(websocket.url))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("requestfailed", lambda request: self.complaints.append(f"failed: {request.url}"))
        page.on("console", self._on_console)

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(f"{message.type}: {message.text}")

    async def open(self, url: str) -> None:
        await self.page.goto(url)
        await expect(self.page.locator(".graphiql-query-editor .view-line").first).to_be_visible(
            timeout=60_000
        )

    async def run(self, tab: str, expected: str) -> None:
        """Run a tab's operation: `expected` appears in its answer, and no error."""
        await self.page.get_by_role("tab", name=tab).click()
        await self.page.wait_for_timeout(500)  # GraphiQL reads the operation's name a moment later
        await self.page.get_by_role("button", name="Execute query").click()
        answer = self.page.locator(".result-window .view-lines")
        await expect(answer).to_contain_text(expected, timeout=20_000)
        await expect(answer).not_to_contain_text('"errors"')
        # The editors know the schema, and find nothing wrong with the operation and its variables.
        await expect(self.page.locator(".squiggly-error")).to_have_count(0)


@asynccontextmanager
async def visiting(browser: Browser) -> AsyncIterator[Visit]:
    context = await browser.new_context(viewport={"width": 1440, "height": 900})
    try:
        yield Visit(await context.new_page())
    finally:
        await context.close()


async def test_the_page_works_and_nothing_leaves_the_host(browser: Browser, url: str) -> None:
    async with visiting(browser) as visit:
        await visit.open(url)
        tabs = visit.page.locator(".graphiql-tab-button")
        await expect(tabs).to_have_text(["Contacts", "ExplainContact", "PauseContact", "RefusedChange"])
        await visit.run("Contacts", '"totalCount"')
        await visit.run("ExplainContact", '"allowed"')
        await visit.run("PauseContact", '"setStatus"')
        await visit.run("RefusedChange", '"wayOut"')
        await visit.page.get_by_role("button", name="Prettify query").click()
        await visit.page.get_by_role("button", name="Show Documentation Explorer").click()
        # It shows the schema, so GraphiQL could read it.
        await expect(visit.page.get_by_role("link", name="Mutation")).to_be_visible()
        await visit.page.wait_for_timeout(1_000)  # what Monaco and its workers still ask for
        assert visit.complaints == []
        assert {urlsplit(request).netloc for request in visit.requests} == {urlsplit(url).netloc}
        assert sum("worker" in request for request in visit.requests) >= 3


async def test_the_browser_keeps_no_key_and_takes_a_new_one(browser: Browser, url: str) -> None:
    async with visiting(browser) as visit:
        await visit.open(url)
        await visit.run("Contacts", '"totalCount"')
        await visit.page.wait_for_timeout(1_000)  # GraphiQL writes its tabs a little later
        settings = json.loads(await visit.page.locator("#graphiql-config").text_content() or "")
        key = json.loads(settings["headers"])["Authorization"].removeprefix("Bearer ")
        stored = json.loads(await visit.page.evaluate("JSON.stringify(localStorage)"))
        assert "Contacts" in stored["graphiql:tabState"]
        assert not any(key in value for value in stored.values())
        # What another demo, with another key, left behind.
        stored["graphiql:headers"] = '{"Authorization": "Bearer stale"}'
        stored["graphiql:served"] = "another"
        await visit.page.evaluate("kept => Object.assign(localStorage, kept)", stored)
        await visit.open(url)
        await visit.run("Contacts", '"totalCount"')
        await visit.run("RefusedChange", '"wayOut"')
        assert visit.complaints == []


async def test_a_key_written_in_one_tab_serves_the_others_and_reads_the_schema(
    browser: Browser, url: str, url_without_key: str
) -> None:
    async with visiting(browser) as visit:
        await visit.open(url)
        headers = await visit.page.evaluate("JSON.parse(document.all['graphiql-config'].textContent).headers")
        await visit.open(url_without_key)
        editor = "__MONACO.editor.getModels().find(({uri}) => uri.path.includes('headers'))"
        await visit.page.evaluate(f"text => {editor}.setValue(text)", headers)
        await visit.page.wait_for_timeout(1_000)  # GraphiQL waits for the end of the typing
        await visit.run("RefusedChange", '"wayOut"')
        await visit.page.get_by_role("button", name="Show Documentation Explorer").click()
        await expect(visit.page.get_by_role("link", name="Mutation")).to_be_visible()


async def test_assets_may_be_kept_for_ever_and_the_page_never(url: str) -> None:
    async with httpx.AsyncClient() as client:
        page = await client.get(url, headers={"Accept": "text/html"})
        script = next(line for line in page.text.splitlines() if '<script type="module"' in line).split('"')[
            3
        ]
        asset = await client.get(f"{url.removesuffix('/graphql')}{script}")
        missing = await client.get(f"{url}/assets/none.js")
    assert page.headers["Cache-Control"] == "no-store"
    assert asset.status_code == 200
    assert "immutable" in asset.headers["Cache-Control"]
    assert asset.headers["Content-Type"].startswith("text/javascript")
    assert missing.status_code == 404


def test_a_key_cannot_break_out_of_the_settings() -> None:
    html = graphiql.page(key="</script><script>alert(1)</script>")
    settings = html.split('id="graphiql-config">')[1].split("</script>")[0]
    assert json.loads(json.loads(settings)["headers"]) == {
        "Authorization": "Bearer </script><script>alert(1)</script>"
    }


def test_without_key_and_contacts_the_page_says_what_to_write() -> None:
    html = graphiql.page(key=None)
    assert "\\u003cyour API key\\u003e" in html
    assert "\\u003cid of a contact\\u003e" in html
