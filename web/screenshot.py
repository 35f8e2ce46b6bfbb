"""Take the picture of a refusal in GraphiQL: `python -m web.screenshot [URL [PNG]]`, while `make demo` runs."""

import asyncio
import sys
from pathlib import Path

from playwright.async_api import async_playwright, expect

from web.chromium import FLAGS, executable


async def _take(url: str, picture: Path) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=executable(), args=list(FLAGS))
        page = await browser.new_page(viewport={"width": 1440, "height": 900}, color_scheme="light")
        await page.goto(url)
        await page.locator(".graphiql-query-editor .view-line").first.wait_for(timeout=60_000)
        await page.get_by_role("tab", name="RefusedChange").click()
        await page.wait_for_timeout(2_000)  # GraphiQL reads the schema and the operation's name
        await page.get_by_role("button", name="Execute query").click()
        await expect(page.locator(".result-window .view-lines")).to_contain_text("wayOut", timeout=20_000)
        await page.mouse.move(700, 560)  # off the button, whose tooltip would cover the query
        await page.wait_for_timeout(1_000)
        picture.parent.mkdir(parents=True, exist_ok=True)
        await page.screenshot(path=picture)
        await browser.close()


if __name__ == "__main__":
    given = dict(enumerate(sys.argv))
    address = given.get(1, "http://127.0.0.1:8000/graphql")
    asyncio.run(_take(address, Path(given.get(2, "docs/graphiql-refusal.png"))))
