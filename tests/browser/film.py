"""Owns filming a page: what changes is kept as a frame, with a pointer drawn in, and written as one small animation."""

from __future__ import annotations

import io
import time
from pathlib import Path
from typing import Final

from PIL import Image, ImageChops
from playwright.sync_api import Locator, Page

_SHORTEST_MS: Final = 120
_LONGEST_MS: Final = 1200  # a wait is told, not lived through
_PACE: Final = 0.6  # of the time it took
_LAST_MS: Final = 3000
_STEPS: Final = 6  # frames of the pointer on its way
_POINTER = """() => {
  const arrow = document.createElement('div');
  arrow.id = 'film-pointer';
  arrow.innerHTML = '<svg width="22" height="26" viewBox="0 0 22 26"><path d="M3 2v19l5-5 3.4 7.6 3.2-1.4L11.3 15H18z"'
    + ' fill="#111" stroke="#fff" stroke-width="1.6" stroke-linejoin="round"/></svg>';
  arrow.style.cssText = 'position:fixed;z-index:99999;pointer-events:none;left:0;top:0;line-height:0';
  document.body.append(arrow);
  addEventListener('pointermove', e => { arrow.style.translate = `${e.clientX - 3}px ${e.clientY - 2}px`; }, true);
}"""


class Film:
    """Frames of the page; each lasts until the next one that differs."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._frames: list[Image.Image] = []
        self._began: list[float] = []
        self._at = (60.0, 60.0)
        page.evaluate(_POINTER)
        page.mouse.move(*self._at)

    def look(self, *, keep: bool = False) -> None:
        """Take a frame if anything changed, or in any case."""
        png = self.page.screenshot(caret="hide")
        frame = Image.open(io.BytesIO(png)).convert("RGB")
        if keep or not self._frames or ImageChops.difference(frame, self._frames[-1]).getbbox():
            self._frames.append(frame)
            self._began.append(time.monotonic())

    def until(self, locator: Locator, seconds: float = 60) -> None:
        """Film until something is seen."""
        end = time.monotonic() + seconds
        while not locator.is_visible():
            assert time.monotonic() < end, f"never seen: {locator}"
            self.look()
        self.look()

    def click(self, locator: Locator) -> None:
        """Go there with the pointer and click."""
        box = locator.bounding_box()
        assert box
        goal = (box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.6)
        for step in range(1, _STEPS + 1):
            share = 1 - (1 - step / _STEPS) ** 2
            self.page.mouse.move(*(a + (b - a) * share for a, b in zip(self._at, goal, strict=True)))
            self.look()
        self._at = goal
        self.look(keep=True)
        locator.click()
        self.look()

    def write(self, path: Path) -> None:
        """The animation, endless, as an animated WebP."""
        ends = [*self._began[1:], self._began[-1] + _LAST_MS / 1000]
        spans = [1000 * _PACE * (end - begin) for begin, end in zip(self._began, ends, strict=True)]
        times = [int(min(_LONGEST_MS, max(_SHORTEST_MS, span))) for span in spans]
        times[-1] = _LAST_MS
        first, *rest = self._frames
        first.save(path, save_all=True, append_images=rest, duration=times, loop=0, lossless=True, method=4)
