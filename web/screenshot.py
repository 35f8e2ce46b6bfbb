"""Take the picture of a refusal in GraphiQL: `python web/screenshot.py [URL] [PNG]`, while `make demo` runs."""

import asyncio
import sys
from pathlib import Path

from playwright.async_api import async_playwright

sys.path.insert(0, str(Path(__file__).parent.parent))
from web.chromium import FLAGS, executable  # noqa: E402  (run as a script, it does not see the repository's root)


async def _take(url: str, picture: Path) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=executable(), args=list(FLAGS))
        page = await browser.new_page(viewport={"width": 1440, "height": 900}, color_scheme="light")
        await page.goto(url)
        await page.get_by_role("tab", name="RefusedChange").click(timeout=60_000)
        await page.wait_for_timeout(2_000)  # GraphiQL reads the schema and the operation's name
        await page.get_by_role("button", name="Execute query").click()
        await page.locator(".result-window").get_by_text("wayOut").first.wait_for()
        await page.mouse.move(700, 560)  # off the button, whose tooltip would cover the query
        await page.wait_for_timeout(1_000)
        picture.parent.mkdir(parents=True, exist_ok=True)
        await page.screenshot(path=picture)
        await browser.close()


if __name__ == "__main__":
    url, picture, *_ = [*sys.argv[1:], *["http://127.0.0.1:8000/graphql", "docs/graphiql-refusal.png"][len(sys.argv) - 1 :]]
    asyncio.run(_take(url, Path(picture)))
