"""A browser window that shows replies of the site, and what is wrong with what it shows."""

import mimetypes
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from axe_playwright_python.base import AXE_SCRIPT
from django.contrib.staticfiles import finders
from playwright.sync_api import Browser, Page, Route

from tests.browser.accessibility.school import HOST, Reply

PHONE, DESKTOP, NARROWEST = 360, 1280, 320
HEIGHT = 800
STATIC = "/static/"
CHECKS = (Path(__file__).parent / "checks.js").read_text(encoding="utf-8")
# No serious problem is left out: what is outside all landmarks is a moderate one, and costly to find.
AXE = """async () => {
  document.getAnimations().filter((one) => one instanceof CSSTransition).forEach((one) => one.finish());
  const options = { resultTypes: ["violations"], iframes: false, rules: { region: { enabled: false } } };
  const { violations } = await axe.run(document, options);
  return violations.filter(({ impact }) => ["serious", "critical"].includes(impact))
    .flatMap(({ id, nodes }) => nodes.map(({ target, html }) => `${id} at ${target}: ${html.slice(0, 160)}`));
}"""
ADMIN_IS_READY = """() => new Promise((done) => {
  if (window.django?.jQuery) window.django.jQuery(() => setTimeout(done)); else done();
})"""
TOO_WIDE = """() => {
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth <= clientWidth) return [];
  const over = [...document.querySelectorAll("body *")]
    .filter((one) => !one.closest("thead, svg") && one.getBoundingClientRect().right > clientWidth)
    .map((one) => `${one.tagName}.${one.className}`);
  return [`${scrollWidth} px, ${over.slice(-3)}`];
}"""
TO_THE_START = """() => {
  document.body.tabIndex = -1;
  document.body.focus();
  document.body.removeAttribute("tabindex");
}"""

ON_THE_SKIP_LINK = """() => {
  const stop = document.activeElement;
  return stop.matches(".skip-link") && stop.getBoundingClientRect().top >= 0;
}"""


class Window:
    """Shows one reply at a time. Pictures, films and documents within a page are left out."""

    def __init__(self, browser: Browser, *always: Reply) -> None:
        self._ready = {reply.address: reply for reply in always}
        self._troubles: list[str] = []
        self._shown: Reply | None = None
        self.context = browser.new_context(locale="zh-TW", reduced_motion="reduce")
        self.context.route("**/*", self._answer)
        self.page: Page = self.context.new_page()
        self.page.on("pageerror", lambda error: self._troubles.append(str(error)))

    def problems(self, reply: Reply, *, own: bool, brief: bool) -> list[str]:
        """What is wrong with the page; the platform's `own` are looked at more closely than the admin's.

        Those looked at `brief`ly are seen at one width, in one colour scheme.
        """
        self._troubles.clear()
        self._resize(PHONE if own and brief else DESKTOP)
        self._shown = reply
        self.page.goto(f"http://{HOST}{reply.address}")
        self.page.evaluate(ADMIN_IS_READY)
        found: list[str] = self.page.evaluate(CHECKS, {"language": reply.language, "own": own})
        found += self._problems_of_own(brief) if own else self._problems_of_admin(brief)
        return found + [f"a script failed: {trouble}" for trouble in self._troubles]

    def _problems_of_own(self, brief: bool) -> Iterator[str]:
        yield from self._skip_link()
        yield from self._axe(PHONE)
        if not brief:
            yield from self._axe(DESKTOP)
        yield from self._too_wide(NARROWEST)

    def _problems_of_admin(self, brief: bool) -> Iterator[str]:
        """Light and dark: the admin has both, the platform's own pages are always light."""
        yield from self._axe(DESKTOP)
        if not brief:
            self.page.emulate_media(color_scheme="dark")
            yield from (f"dark: {problem}" for problem in self._axe(DESKTOP))
            self.page.emulate_media(color_scheme="light")
            yield from self._too_wide(PHONE)

    def _too_wide(self, width: int) -> Iterator[str]:
        self._resize(width)
        yield from (f"wider than {width} px: {one}" for one in self.page.evaluate(TOO_WIDE))

    def _axe(self, width: int) -> Iterator[str]:
        """What hinders people seriously, in everything of the page that can be opened as well."""
        self._resize(width)
        self.page.evaluate("document.querySelectorAll('main details').forEach((one) => { one.open = true; })")
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE_SCRIPT)
        for problem in self.page.evaluate(AXE):
            yield f"{width} px: {problem}"

    def _skip_link(self) -> Iterator[str]:
        """The first stop of the keyboard leads past the menus."""
        self.page.evaluate(TO_THE_START)
        self.page.keyboard.press("Tab")
        if not self.page.evaluate(ON_THE_SKIP_LINK):
            yield "the skip link is not the first stop, or not seen there"
        self.page.keyboard.press("Enter")
        if not self.page.evaluate("document.activeElement.matches('main')"):
            yield "the skip link does not lead to the content"

    def _resize(self, width: int) -> None:
        self.page.set_viewport_size({"width": width, "height": HEIGHT})

    def _answer(self, route: Route) -> None:
        path = urlsplit(route.request.url).path
        reply = self._shown if route.request.frame.parent_frame is None else None
        if route.request.is_navigation_request() and reply and path == reply.address:
            route.fulfill(status=reply.status, headers=reply.headers, body=reply.content)
        elif path in self._ready:
            ready = self._ready[path]
            route.fulfill(status=ready.status, headers=ready.headers, body=ready.content)
        elif path.startswith(STATIC) and (file := finders.find(path.removeprefix(STATIC))):
            route.fulfill(path=file, content_type=mimetypes.guess_type(file)[0])
        else:
            route.fulfill(status=204)
