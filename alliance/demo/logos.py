"""Logos of the demo's firms: simple shapes, drawn here, so that no picture of anybody's is needed."""

import io
from collections.abc import Callable
from math import cos, radians, sin

from PIL import Image, ImageDraw

SIDE = 256
FINE = 4
"""Drawn so many times larger, and made smaller with smooth edges."""
Draw = ImageDraw.ImageDraw
Point = tuple[float, float]


def logo(slug: str) -> bytes:
    """The PNG of a firm of the cast."""
    draw_mark, dark, light = MARKS[slug]
    picture = Image.new("RGB", (100 * FINE, 100 * FINE), "#ffffff")
    draw_mark(ImageDraw.Draw(picture), dark, light)
    made = io.BytesIO()
    picture.resize((SIDE, SIDE), Image.Resampling.LANCZOS).save(made, "PNG")
    return made.getvalue()


def _box(left: float, top: float, right: float, bottom: float) -> list[float]:
    return [n * FINE for n in (left, top, right, bottom)]


def _points(*points: Point) -> list[Point]:
    return [(x * FINE, y * FINE) for x, y in points]


def _around(n: int, radius: float, turn: float = -90) -> list[Point]:
    """The corners of a regular shape round the middle."""
    steps = (radians(turn + 360 * i / n) for i in range(n))
    return [(50 + radius * cos(step), 50 + radius * sin(step)) for step in steps]


def _vault(draw: Draw, dark: str, light: str) -> None:
    draw.polygon(_points(*_around(6, 46)), fill=dark)
    draw.polygon(_points(*_around(6, 30)), fill=light)
    draw.ellipse(_box(38, 38, 62, 62), fill=dark)


def _antlers(draw: Draw, dark: str, light: str) -> None:
    draw.ellipse(_box(6, 6, 94, 94), fill=dark)
    for x in (36, 64):
        draw.line(_points((50, 80), (x, 48), (x, 22)), fill=light, width=7 * FINE, joint="curve")
    draw.ellipse(_box(44, 72, 56, 84), fill=light)


def _waves(draw: Draw, dark: str, light: str) -> None:
    draw.rounded_rectangle(_box(6, 6, 94, 94), 20 * FINE, fill=dark)
    for top in (26, 46, 66):
        for left in (14, 38, 62):
            draw.arc(_box(left, top, left + 24, top + 18), 0, 180, fill=light, width=5 * FINE)


def _seal(draw: Draw, dark: str, light: str) -> None:
    draw.rounded_rectangle(_box(8, 8, 92, 92), 8 * FINE, fill=dark)
    draw.rounded_rectangle(_box(16, 16, 84, 84), 4 * FINE, outline=light, width=4 * FINE)
    draw.line(_points((32, 52), (45, 66), (70, 36)), fill=light, width=9 * FINE, joint="curve")


def _island(draw: Draw, dark: str, light: str) -> None:
    draw.ellipse(_box(6, 6, 94, 94), fill=light)
    draw.polygon(_points((18, 68), (42, 30), (56, 50), (64, 40), (84, 68)), fill=dark)
    draw.rectangle(_box(18, 74, 82, 79), fill=dark)


def _sprout(draw: Draw, dark: str, light: str) -> None:
    draw.ellipse(_box(6, 6, 94, 94), fill=light)
    draw.line(_points((50, 84), (50, 46)), fill=dark, width=6 * FINE)
    draw.pieslice(_box(16, 20, 84, 72), 180, 270, fill=dark)
    draw.pieslice(_box(24, 30, 76, 84), 270, 360, fill=dark)


def _islands(draw: Draw, dark: str, light: str) -> None:
    ring = _around(5, 34)
    for one, other in zip(ring, ring[1:] + ring[:1], strict=True):
        draw.line(_points(one, other), fill=light, width=5 * FINE)
    for x, y in ring:
        draw.ellipse(_box(x - 12, y - 12, x + 12, y + 12), fill=dark)


def _sails(draw: Draw, dark: str, light: str) -> None:
    draw.polygon(_points((48, 8), (48, 70), (14, 70)), fill=dark)
    draw.polygon(_points((54, 22), (54, 70), (84, 70)), fill=light)
    draw.polygon(_points((10, 77), (90, 77), (78, 92), (22, 92)), fill=dark)


MARKS: dict[str, tuple[Callable[[Draw, str, str], None], str, str]] = {
    "demo-qinglan": (_vault, "#1f5f5b", "#cfe8e2"),
    "demo-zhulu": (_antlers, "#7a3b12", "#f6d9a8"),
    "demo-yunhang": (_waves, "#234a86", "#d5e4fb"),
    "demo-xinyin": (_seal, "#a3301c", "#ffe9e2"),
    "demo-haidao": (_island, "#22577a", "#c7eae4"),
    "demo-gengtu": (_sprout, "#2f6b2f", "#e2f1cf"),
    "demo-qunyu": (_islands, "#4b3f85", "#cdc6ec"),
    "demo-yangfan": (_sails, "#0d4c63", "#f0a63c"),
}
"""Of each firm its mark and two colours."""
