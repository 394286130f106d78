"""Where something is missing after a fault and no sentence of the answer says so: each with what says it instead.

A journey and a part of the call's route, and the reason. Any other such cell fails: an empty list must not stand for
one that could not be had.
"""

from __future__ import annotations

from tests.faults.wire import Call

_PAGE = "null in the answer; the page says that Studio did not say"
_NOTHING = "404 says that nothing of Studio's was ever used in the course (reference/studio.md 2.7): the list is empty"

SAID_OTHERWISE = {
    ("List media of the course at Studio", "/courses/"): _NOTHING,
    ("See the course's media at Studio in the report", "/courses/"): _NOTHING,
    ("See where an own media is used", "/perspectives"): _PAGE,
    ("See where an own media is used", "/users"): _PAGE,
    ("List orders for captions", "/caption_file_requests"): (
        "the fields of an order are not documented, so all of them are shown, unknown ones too"
    ),
    ("See the media of an order", "/download"): "the player alone: the link to the file is not there",
    ("See the media of an order", "/sources"): "the link to the file alone: the player is not there",
    (
        "Remove a tag",
        "/tags/",
    ): "404 says that the media has no such tag any more, which was wanted; the tags are read anew",
    ("Read captions for the report", "/media_tracks"): (
        "what was read before Canvas was in trouble; the page asks for the rest, and is told then"
    ),
    ("Read captions at Studio for the report", "/download"): "the page says “not read” beside the track",
    ("Add captions at Studio", "/caption_files"): "they were added; the list of all comes with the next look",
}


def reason(journey: str, call: Call) -> str:
    """Give what says it instead; empty where nothing does."""
    return next((words for (name, part), words in SAID_OTHERWISE.items() if name == journey and part in call.route), "")
