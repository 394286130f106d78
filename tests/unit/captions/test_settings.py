"""Where cues stand. Chromium is the judge (``tests/browser/test_caption_oracle.py``); here what it does not show."""

import pytest

from lti.captions import Placement, placement
from lti.captions.settings import unknown_settings


@pytest.mark.parametrize(
    ("settings", "placed"),
    [
        ("", Placement()),
        ("line:-1 align:start", Placement(line=-1, align="start")),
        ("line:50.5%,center", Placement(line=50.5, snap_to_lines=False, line_align="center")),
        ("position:10%,line-right size:50%", Placement(position=10, position_align="line-right", size=50)),
        ("vertical:lr", Placement(vertical="lr")),
        ("region:fred", Placement(region="fred")),
        ("region:fred size:50%", Placement(size=50)),
        ("region:fred line:3", Placement(line=3)),
        ("line:0 line:5", Placement(line=5)),
        ("\tline:0\f align:end ", Placement(line=0, align="end")),
    ],
)
def test_settings_are_read(settings: str, placed: Placement) -> None:
    assert placement(settings) == placed
    assert unknown_settings(settings) == ()


@pytest.mark.parametrize(
    "setting",
    ["line:", ":0", "line", "line:x", "line:101%", "line:5,", "line:5,left", "line:--1", "line:1e3", "position:10",
     "position:10%,start", "size:-1%", "size:1.%", "align:middle", "align:START", "vertical:tb",
     "colour:red", "line:" + "9" * 99],
)  # fmt: skip
def test_what_a_browser_skips_is_skipped_and_named(setting: str) -> None:
    assert placement(f"size:50% {setting} align:end") == Placement(size=50, align="end")
    assert unknown_settings(f"size:50% {setting} align:end") == (setting,)
