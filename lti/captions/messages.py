"""What the readers say: why a text cannot be read, and what in it was mended, left out or only noticed."""

from __future__ import annotations

from lti.errors import N_

# Any format.
GUESSED = N_("The text was not in UTF-8. It was read as %(encoding)s: look whether the letters are right.")
NOT_AN_ENCODING = N_("This character encoding is not known here.")

# WebVTT.
LATE_SIGNATURE = N_("WEBVTT did not stand at the very beginning, so no browser would have read the file.")
NO_SIGNATURE = N_("The text does not begin with WEBVTT.")
LATE_BLOCK = N_("A style or region after the first cue means nothing and was left out.")
NO_EMPTY_LINE = N_("The empty line before this cue was missing.")
BAD_TIMES = N_("These times cannot be read, so no browser shows this cue; it was left out.")
MENDED_TIMES = N_("These times were not written as WebVTT wants them; no browser would have shown this cue.")
BACKWARD = N_("This cue ended before it began, so it was left out. Its text: %(text)s")
STRAY = N_("This text belongs to no cue and was left out: %(text)s")
UNKNOWN_SETTING = N_("This setting of the cue means nothing to a browser: %(setting)s")

# SubRip, and what others have in common with it.
NO_TIMES = N_("No cue has times that can be read.")
NOT_CAPTIONS = N_("This is none of the caption formats that can be read here.")
NO_CUE = N_("There is no cue in the text.")
MISNUMBERED = N_("The cues are not numbered 1, 2, 3 and so on; they are numbered anew when they are written.")
LOOSE_TIMES = N_("The times of this cue were not written as SubRip wants them.")
AFTER_TIMES = N_("What followed the times of this cue was left out: %(text)s")
EMPTY_LINES = N_("Empty lines inside this cue were taken out.")
DROPPED_TAGS = N_("Colours, fonts or effects that captions on the web do not have were left out.")
TIMES_AS_TEXT = N_("A line that looks like times could not be read as such and stayed as text.")

# TTML.
TYPE_DECLARED = N_("The file has a document type declaration, which captions do not need. Such files are not read.")
NOT_WELL_FORMED = N_("The file is not well-formed XML.")
WITHOUT_TIMES = N_("This text has no times, so it was left out: %(text)s")
OTHER_LANGUAGE = N_("The file has text in several languages. This one was left out: %(language)s")

# Scenarist.
BAD_LINE = N_("This line is not a time with caption codes and was left out.")
BAD_PARITY = N_("Some caption codes on this line have transmission errors; letters may be wrong.")
BACK_IN_TIME = N_("This line stands earlier than the one before it.")

# Written as SubRip.
PLACES_LOST = N_("SubRip cannot say where captions stand in the picture.")
STYLES_LOST = N_("SubRip cannot say colours and other styles.")
SPEAKERS_LOST = N_("SubRip cannot say who speaks or in what language, other than in the text itself.")
NOTES_LOST = N_("SubRip cannot hold notes.")
