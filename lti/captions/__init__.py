"""Caption texts in plain Python: sniff, read, mend, check, change and write them.

Inside, every text is WebVTT cues whatever it came as. Why our own readers: ``docs/decisions/0013-caption-formats.md``.
No I/O; imports nothing of ours but errors.
"""

from lti.captions import checks, edit, language
from lti.captions.cues import CaptionFile, Cue, Mend
from lti.captions.parse import Format, read, sniff
from lti.captions.settings import Placement, placement
from lti.captions.srt import losses as srt_losses
from lti.captions.srt import write as write_srt
from lti.captions.text import plain_text, transcript
from lti.captions.webvtt import write

__all__ = [
    "CaptionFile",
    "Cue",
    "Format",
    "Mend",
    "Placement",
    "checks",
    "edit",
    "language",
    "placement",
    "plain_text",
    "read",
    "sniff",
    "srt_losses",
    "transcript",
    "write",
    "write_srt",
]
