"""The product's own values: frozen, typed, without I/O.

Words are those of ``docs/architecture.md``: *platform, deployment, launch, context, placement, resource link* (LTI);
*media object, attachment, media track, media source* (Canvas); *cue, track, kind, language* (captions); and three of
our own: *media item, track, embed*. Times are aware UTC datetimes, durations seconds, languages BCP 47 tags.
"""

from lti.model.accounts import ApiKey, CaptioningHeader, Grant, GrantService, Institution, StudioAccount, StudioSettings
from lti.model.captioning import AnswerState, CaptionAnswer, OrderAnswer
from lti.model.embed import ChosenTrack, Embed, EmbedForm, HandIn, MediaChange
from lti.model.launch import (
    Assignment,
    Context,
    DeepLinkingSettings,
    Launch,
    LoginRecord,
    MessageType,
    Platform,
    Role,
    Scope,
    Viewer,
)
from lti.model.media import Catalogue, MediaFacts, MediaItem, MediaSource, MediaType, Track, TrackOrigin, TrackState
from lti.model.problem import Problem
from lti.model.upload import CaptionState, Upload, UploadCaption, UploadSource, UploadState

__all__ = [
    "AnswerState",
    "ApiKey",
    "Assignment",
    "CaptionAnswer",
    "CaptionState",
    "CaptioningHeader",
    "Catalogue",
    "ChosenTrack",
    "Context",
    "DeepLinkingSettings",
    "Embed",
    "EmbedForm",
    "Grant",
    "GrantService",
    "HandIn",
    "Institution",
    "Launch",
    "LoginRecord",
    "MediaChange",
    "MediaFacts",
    "MediaItem",
    "MediaSource",
    "MediaType",
    "MessageType",
    "OrderAnswer",
    "Platform",
    "Problem",
    "Role",
    "Scope",
    "StudioAccount",
    "StudioSettings",
    "Track",
    "TrackOrigin",
    "TrackState",
    "Upload",
    "UploadCaption",
    "UploadSource",
    "UploadState",
    "Viewer",
]
