"""The table at every width a notebook gives it: no text over another cell's, equipment and name's end whole."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page

from tests.browser.component import Table, all_states, row, run_path

WIDTHS = range(560, 1441, 20)
# What is really painted of each piece of text: its lines, cut by every ancestor that hides what runs over.
_FAULTS = """width => {
  document.getElementById('place').style.width = `${width}px`;
  const cut = (box, by) => ({ left: Math.max(box.left, by.left), right: Math.min(box.right, by.right),
    top: Math.max(box.top, by.top), bottom: Math.min(box.bottom, by.bottom) });
  const painted = (text, row) => {
    const range = document.createRange();
    range.selectNodeContents(text);
    let boxes = [...range.getClientRects()];
    for (let node = text.parentElement; node !== row; node = node.parentElement) {
      if (getComputedStyle(node).display === 'contents' || getComputedStyle(node).overflowX === 'visible') continue;
      boxes = boxes.map(box => cut(box, node.getBoundingClientRect()));
    }
    return boxes.filter(box => box.right - box.left > 1 && box.bottom - box.top > 1);
  };
  const texts = row => {
    const found = [];
    const walker = document.createTreeWalker(row, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const node = walker.currentNode;
      for (const box of painted(node, row)) found.push({ box, node, words: node.data });
    }
    return found;
  };
  const over = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 2 && b.top < a.bottom - 2;
  const faults = [];
  for (const row of document.querySelectorAll('.exlab-row, .exlab-cells')) {
    const all = texts(row);
    const edge = row.getBoundingClientRect();
    for (const one of all) if (one.box.right > edge.right) faults.push(`${one.words} leaves the row`);
    all.forEach((one, at) => all.slice(at + 1).forEach(other => {
      if (one.node !== other.node && over(one.box, other.box)) faults.push(`${one.words} | ${other.words}`);
    }));
    const whole = '.exlab-equipment, .exlab-place > :first-child, :is(.exlab-place, .exlab-project) > :last-child';
    for (const part of row.querySelectorAll(whole)) {
      if (!part.textContent || !part.checkVisibility()) continue;
      const [inner, outer] = [part, part.parentElement].map(each => each.getBoundingClientRect());
      const uncut = part.scrollWidth <= Math.ceil(inner.width) && inner.width > 20 && inner.right <= outer.right + 1;
      if (!uncut) faults.push(`${part.textContent} is cut`);
    }
  }
  return faults;
}"""


def test_no_text_lies_over_another_and_the_equipment_is_shown(browser: object, open_page: Callable[..., Page]) -> None:
    long = run_path(14, "Membrane traffic in yeast, second series_0005")
    table = Table(open_page(width=1500), [*all_states(), row(long, "Waiting", why="Starts after 2 runs. " * 5)])
    assert _faults(table) == {}


def test_a_name_laid_over_its_neighbour_is_seen(browser: object, open_page: Callable[..., Page]) -> None:
    table = Table(open_page(width=1500), all_states())
    numbers = "[progress] 220px [files] 96px [size] 62px [last] 90px"
    columns = f"[pick] 16px [state] 96px [run] minmax(0, 60px) {numbers} [actions] 152px [end]"
    table.page.add_style_tag(content=f".exlab-row {{ grid-template-columns: {columns} !important; }}")
    table.page.add_style_tag(content=".exlab-leaf { overflow: visible !important; flex: none; }")
    assert table.page.evaluate(_FAULTS, 1200)


def _faults(table: Table) -> dict[int, Any]:
    """What is wrong at each width where something is."""
    found = {width: table.page.evaluate(_FAULTS, width) for width in WIDTHS}
    return {width: faults for width, faults in found.items() if faults}
