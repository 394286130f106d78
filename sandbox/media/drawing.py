"""Pictures and sounds that show the time, so that seeking and captions can be seen and heard to be in time."""

from __future__ import annotations

import colorsys
import io
import math
from array import array
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

SAMPLE_RATE = 44_100
_BEEP_SECONDS = 0.12
_LOUDNESS = 9_000  # of 32,767
# A pentatonic scale over two octaves: neighbouring seconds are easy to tell apart by ear.
_STEPS = (0, 2, 4, 7, 9, 12, 14, 16, 19, 21)


def picture(seconds: float, width: int, height: int, hue: float) -> Image.Image:
    """Draw the frame at ``seconds``: clock with tenths, ball that goes round in a second, bar for the minute."""
    whole = int(seconds)
    image = Image.new("RGB", (width, height), _colour(hue + 0.013 * whole, 0.55, 0.22))
    draw = ImageDraw.Draw(image)
    radius, centre = height * 0.42, (width * 0.5, height * 0.5)
    draw.ellipse(_box(centre, radius), outline=_colour(hue, 0.3, 0.55), width=max(2, height // 90))
    angle = 2 * math.pi * (seconds % 1.0) - math.pi / 2
    ball = (centre[0] + radius * math.cos(angle), centre[1] + radius * math.sin(angle))
    draw.ellipse(_box(ball, height * 0.06), fill=_colour(hue + 0.5, 0.75, 1.0))
    draw.rectangle((0, height * 0.96, width * (seconds % 60) / 60, height), fill=_colour(hue + 0.5, 0.6, 0.9))
    if seconds % 1.0 < _BEEP_SECONDS:  # the flash goes with the beep
        draw.rectangle((0, 0, width - 1, height - 1), outline=(255, 255, 255), width=max(3, height // 40))
    draw.text(centre, clock_text(seconds), font=_font(max(8, height // 4)), fill=(255, 255, 255), anchor="mm")
    return image


def jpeg(seconds: float, width: int, height: int, hue: float) -> bytes:
    """Draw a frame as a JPEG file."""
    out = io.BytesIO()
    picture(seconds, width, height, hue).save(out, "JPEG", quality=80)
    return out.getvalue()


def clock_text(seconds: float) -> str:
    """Write a time as the clock in the picture does: ``0:05.3``."""
    tenths = round(seconds * 1000) // 100  # whole milliseconds first: 0.3 is 2.9999999999999996 tenths
    return f"{tenths // 600}:{tenths // 10 % 60:02d}.{tenths % 10}"


def beeps(seconds: float, *, hum: bool = False) -> array[int]:
    """Make 16 bit mono samples: a beep at each whole second, its pitch climbing a scale; over a low hum if asked."""
    total = int(seconds * SAMPLE_RATE)
    samples = array("h", bytes(2 * total))
    if hum:
        period = SAMPLE_RATE // 105  # one cycle, repeated: sines for every sample would cost seconds
        wave = array("h", (int(1_800 * math.sin(2 * math.pi * i / period)) for i in range(period)))
        samples = (wave * (total // period + 1))[:total]
    length = int(_BEEP_SECONDS * SAMPLE_RATE)
    for second in range(math.ceil(seconds)):
        frequency = 330.0 * 2 ** (_STEPS[second % len(_STEPS)] / 12)
        start = second * SAMPLE_RATE
        for i in range(min(length, total - start)):
            fade = min(1.0, i / 200, (length - i) / 200)  # no click at either end
            samples[start + i] += int(_LOUDNESS * fade * math.sin(2 * math.pi * frequency * i / SAMPLE_RATE))
    return samples


def _box(centre: tuple[float, float], radius: float) -> tuple[float, float, float, float]:
    return (centre[0] - radius, centre[1] - radius, centre[0] + radius, centre[1] + radius)


def _colour(hue: float, saturation: float, value: float) -> tuple[int, int, int]:
    red, green, blue = colorsys.hsv_to_rgb(hue % 1.0, saturation, value)
    return int(red * 255), int(green * 255), int(blue * 255)


@lru_cache(maxsize=16)
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)
