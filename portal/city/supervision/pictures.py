"""Small pictures in place of photos: enough to see that one is there, and of what."""

from io import BytesIO
from random import Random

from PIL import Image, ImageDraw

from families import files
from families.types import CleanFile
from inspections.photos import Again

_SIZE = (360, 270)
_WALL, _FLOOR = (238, 233, 222), (201, 187, 164)
_GREEN, _WHITE, _STEEL, _BLUE = (22, 133, 84), (250, 250, 250), (150, 160, 168), (58, 110, 165)
_BOX, _DARK = (176, 128, 78), (96, 70, 44)
_SHADES = 14


def picture(item: str, draw: Random, *, is_met: bool) -> Again:
    """A picture of what an item is about, as a browser would send it."""
    image, pen = _room(draw)
    {"fire_ways": _exit, "washing": _basin, "name_and_sign": _sign}.get(item, _shelf)(pen, draw)
    if not is_met:
        _pile(pen, draw)
    content = BytesIO()
    image.save(content, "JPEG", quality=80)
    return Again(content.getvalue())


def evidence(draw: Random) -> CleanFile:
    """A picture of how it is now, cleaned as every upload is."""
    return files.clean(picture("", draw, is_met=True))


def _room(draw: Random) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    shade = draw.randint(-_SHADES, _SHADES)
    wall = tuple(min(255, part + shade) for part in _WALL)
    image = Image.new("RGB", _SIZE, wall)
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 205, 360, 270), fill=_FLOOR)
    pen.line((0, 205, 360, 205), fill=_DARK, width=2)
    return image, pen


def _exit(pen: ImageDraw.ImageDraw, draw: Random) -> None:
    left = 130 + draw.randint(-30, 30)
    pen.rectangle((left, 60, left + 100, 205), fill=_STEEL, outline=_DARK, width=3)
    pen.rectangle((left + 15, 25, left + 85, 50), fill=_GREEN)
    pen.line((left + 30, 37, left + 65, 37), fill=_WHITE, width=4)
    pen.polygon(((left + 62, 30), (left + 76, 37), (left + 62, 44)), fill=_WHITE)


def _basin(pen: ImageDraw.ImageDraw, draw: Random) -> None:
    top = 150 + draw.randint(-10, 10)
    pen.rectangle((40, top, 320, top + 22), fill=_WHITE, outline=_STEEL, width=2)
    for left in (80, 170, 260):
        pen.ellipse((left, top + 3, left + 50, top + 19), fill=_BLUE)
        pen.rectangle((left + 22, top - 25, left + 28, top), fill=_STEEL)


def _sign(pen: ImageDraw.ImageDraw, draw: Random) -> None:
    left = 70 + draw.randint(-20, 20)
    pen.rectangle((left, 50, left + 210, 110), fill=_BLUE, outline=_WHITE, width=4)
    for number in range(4):
        middle = left + 40 + number * 44
        pen.rectangle((middle - 12, 68, middle + 12, 92), outline=_WHITE, width=4)


def _shelf(pen: ImageDraw.ImageDraw, draw: Random) -> None:
    for top in (70, 120, 170):
        pen.line((50, top, 310, top), fill=_DARK, width=5)
        for left in range(60, 290, 46):
            color = draw.choice((_GREEN, _BLUE, _BOX, _STEEL))
            pen.rectangle((left, top - 30, left + 32, top - 3), fill=color)


def _pile(pen: ImageDraw.ImageDraw, draw: Random) -> None:
    left = 90 + draw.randint(0, 120)
    for column, row in ((0, 0), (1, 0), (2, 0), (0, 1), (1, 1), (0, 2)):
        x, y = left + column * 42 + row * 12, 210 - row * 38
        pen.rectangle((x, y, x + 40, y + 36), fill=_BOX, outline=_DARK, width=2)
