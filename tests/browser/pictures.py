"""Owns comparing a picture of the panel with the one that was looked at and kept: what an eye would see counts.

Another build of Chromium draws the edges of letters a little differently. So both pictures are made four times smaller
first, and a difference counts where it is strong; it fails a picture when much of one small place differs, as it
does where a column moved, a colour changed or a word is another, or when a little differs all over.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PIL import Image, ImageChops, ImageDraw

KEPT: Final = Path(__file__).with_name("pictures")
"""The pictures that were looked at, one for each state and theme."""

_SHRINK: Final = 4  # pixels that become one
_STRONG: Final = 26  # of 255, in any colour: what antialiasing does not do once four by four are one
_PLACE: Final = 8  # a place is so many small pixels wide and high: 32 pixels of the page
_PLACE_STEP: Final = 4  # places overlap by half: no icon can hide between four of them
_PLACE_SHARE: Final = 0.16
_WHOLE_SHARE: Final = 0.004
_SIZE_SLACK: Final = 3  # pixels: a line of text may be a little higher elsewhere
_COLOURS: Final = (64, 40, 28, 20)  # as many as fit
_APART: Final = 6  # two colours of a palette differ by so much at least
_MOST_BYTES: Final = 60_000


@dataclass(frozen=True)
class Verdict:
    """How far two pictures differ; `why` is "" where they are the same to an eye."""

    why: str
    whole_share: float
    worst_share: float
    places: tuple[tuple[int, int], ...] = ()


def compare(expected: Image.Image, actual: Image.Image) -> Verdict:
    """Whether an eye would see a difference."""
    if any(abs(a - b) > _SIZE_SLACK for a, b in zip(expected.size, actual.size, strict=True)):
        return Verdict(f"its size is {_size(actual)}, not {_size(expected)}", 1, 1)
    width, height = (min(pair) for pair in zip(expected.size, actual.size, strict=True))
    marks = _marks(*(each.convert("RGB").crop((0, 0, width, height)) for each in (expected, actual)))
    whole = _share(marks)
    shares = {(x, y): _share(marks.crop((x, y, x + _PLACE, y + _PLACE))) for x, y in _corners(marks.size)}
    places = tuple(at for at, share in shares.items() if share > _PLACE_SHARE)
    worst = max(shares.values(), default=0.0)
    if places:
        return Verdict(f"{len(places)} places differ, one in {worst:.0%} of it", whole, worst, places)
    if whole > _WHOLE_SHARE:
        return Verdict(f"{whole:.2%} of it differs", whole, worst)
    return Verdict("", whole, worst)


def check(name: str, png: bytes, folder: Path, *, renew: bool) -> None:
    """Fail if the picture differs from the kept one, naming both and one that shows where; `renew` keeps this one."""
    expected = KEPT / f"{name}.png"
    actual = Image.open(io.BytesIO(png)).convert("RGB")
    if renew:
        keep(actual, expected)
        return
    again = "look at it; `./run test --new-pictures tests/browser/test_pictures.py` keeps it as the right one"
    shown = folder / f"{name}-actual.png"
    shown.write_bytes(png)
    assert expected.exists(), f"There is no picture {expected} yet. The new one is {shown}: {again}."
    kept = Image.open(expected)
    verdict = compare(kept, actual)
    if not verdict.why:
        shown.unlink()
        return
    different = folder / f"{name}-diff.png"
    show_difference(kept, actual, verdict).save(different)
    raise AssertionError(
        f"The panel looks different in {name}: {verdict.why}.\n"
        f"  expected  {expected}\n  actual    {shown}\n  diff      {different}\nIf the new look is meant, {again}."
    )


def keep(picture: Image.Image, path: Path) -> None:
    """Write a picture small: a palette is plenty for a panel."""
    path.parent.mkdir(exist_ok=True)
    for colours in _COLOURS:
        _reduced(picture, colours).save(path, optimize=True)
        if path.stat().st_size < _MOST_BYTES:
            return
    raise AssertionError(f"{path} is larger than {_MOST_BYTES} bytes: show less in it.")


def _reduced(picture: Image.Image, colours: int) -> Image.Image:
    """The picture in the colours it mostly has: grounds and tints are faint, and stay exactly what they are."""
    counted = sorted(picture.getcolors(picture.width * picture.height) or [], reverse=True)
    chosen: list[tuple[int, ...]] = []
    nearest: dict[tuple[int, ...], int] = {}
    for _, colour in counted:
        away, at = min(((_apart(colour, other), at) for at, other in enumerate(chosen)), default=(_APART + 1, 0))
        if away > _APART and len(chosen) < colours:
            chosen.append(colour)
            at = len(chosen) - 1
        nearest[colour] = at
    pixels = zip(*(band.tobytes() for band in picture.split()), strict=True)
    reduced = Image.frombytes("P", picture.size, bytes(nearest[pixel] for pixel in pixels))
    reduced.putpalette([part for colour in chosen for part in colour])
    return reduced


def _apart(one: tuple[int, ...], other: tuple[int, ...]) -> int:
    return sum(abs(a - b) for a, b in zip(one, other, strict=True))


def show_difference(expected: Image.Image, actual: Image.Image, verdict: Verdict) -> Image.Image:
    """The expected picture over the actual one, the places that differ framed in both."""
    size = (max(expected.width, actual.width), expected.height + actual.height + 8)
    sheet = Image.new("RGB", size, "magenta")
    draw = ImageDraw.Draw(sheet)
    for picture, top in ((expected, 0), (actual, expected.height + 8)):
        sheet.paste(picture.convert("RGB"), (0, top))
        for x, y in verdict.places:
            left, upper, side = x * _SHRINK, y * _SHRINK + top, _PLACE * _SHRINK
            draw.rectangle((left, upper, left + side, upper + side), outline="magenta", width=2)
    return sheet


def _marks(expected: Image.Image, actual: Image.Image) -> Image.Image:
    """White where the two differ strongly, both made small."""
    difference = ImageChops.difference(expected.reduce(_SHRINK), actual.reduce(_SHRINK))
    red, green, blue = difference.split()
    strongest = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    return strongest.point(lambda value: 255 if value > _STRONG else 0)


def _share(marks: Image.Image) -> float:
    return marks.histogram()[255] / (marks.width * marks.height)


def _corners(size: tuple[int, int]) -> list[tuple[int, int]]:
    return [(x, y) for y in range(0, size[1] - _PLACE, _PLACE_STEP) for x in range(0, size[0] - _PLACE, _PLACE_STEP)]


def _size(picture: Image.Image) -> str:
    return f"{picture.width} x {picture.height}"
