"""Limits as the parts take them, out of the settings."""

from __future__ import annotations

from config.settings import Settings
from lti.captions.checks import Limits as CaptionLimits
from lti.media import RecordingLimits, UploadRules
from lti.store import Rates
from lti.web.limits import Limits, RateSettings


def upload_rules(settings: Settings) -> UploadRules:
    """Give what may be uploaded."""
    return UploadRules(
        settings.upload_formats,
        settings.upload_largest,
        settings.recording_largest,
        settings.person_uploads,
        settings.person_upload_bytes,
    )


def caption_limits(settings: Settings) -> CaptionLimits:
    """Give what the checks of captions call too short, too long or too fast."""
    return CaptionLimits(
        shortest=settings.caption_shortest,
        longest=settings.caption_longest,
        lines=settings.caption_lines,
        line_length=settings.caption_line_length,
        speed=settings.caption_speed,
        uncovered=settings.caption_uncovered,
    )


def recording_limits(settings: Settings) -> RecordingLimits:
    """Give how long and how large a recording may be."""
    return RecordingLimits(settings.recording_seconds, min(settings.recording_largest, settings.upload_largest))


def rate_limits(settings: Settings) -> Limits:
    """Give how often people and institutions may ask, and what counts it."""
    rates = RateSettings(
        person_calls=settings.person_calls,
        person_launches=settings.person_launches,
        institution_calls=settings.institution_calls,
        institution_launches=settings.institution_launches,
        institution_logins=settings.institution_logins,
    )
    return Limits(Rates(settings.limits_url), rates)
