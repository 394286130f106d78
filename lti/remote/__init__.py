"""Canvas over HTTP: OAuth2, media, tracks, files, key sets, registration. The only part that opens connections.

Every failure comes out as one of ``lti.errors``; every answer passes a schema before it is used.
"""

from .auth import TokenSource
from .bulkheads import Bulkheads
from .canvas import CanvasApi
from .errors import HostBusy, HostNotPublic, NotReached
from .hosts import is_public_host, split_host
from .http import Http, make_client
from .keysets import fetch_key_set
from .oauth import SCOPES, CanvasOAuth
from .oauth_errors import refused_consent
from .probes import Seen, look, look_at_consent
from .public import Resolver, is_public, resolve
from .registration import Description, Registered, Registrations
from .registration_hosts import is_hosted
from .studio import StudioApi
from .studio_captioning import OrderAnswered, StudioCaptioningApi
from .studio_errors import about_studio
from .studio_oauth import StudioOAuth, refused_studio_consent
from .studio_offers import StudioOffers, fetch_offers
from .studio_owned import StudioOwnedApi
from .studio_uploads import StudioUploadApi
from .studio_values import (
    CaptionRequest,
    ServiceType,
    StudioCaption,
    StudioCollection,
    StudioMedia,
    StudioPage,
    StudioPerspective,
    StudioSharing,
    StudioSource,
    StudioTag,
    StudioUser,
)
from .values import CanvasFile, CanvasMedia, CanvasTrack, GrantedTokens, MediaPage, TrackWrite

__all__ = [
    "SCOPES",
    "Bulkheads",
    "CanvasApi",
    "CanvasFile",
    "CanvasMedia",
    "CanvasOAuth",
    "CanvasTrack",
    "CaptionRequest",
    "Description",
    "GrantedTokens",
    "HostBusy",
    "HostNotPublic",
    "Http",
    "MediaPage",
    "NotReached",
    "OrderAnswered",
    "Registered",
    "Registrations",
    "Resolver",
    "Seen",
    "ServiceType",
    "StudioApi",
    "StudioCaption",
    "StudioCaptioningApi",
    "StudioCollection",
    "StudioMedia",
    "StudioOAuth",
    "StudioOffers",
    "StudioOwnedApi",
    "StudioPage",
    "StudioPerspective",
    "StudioSharing",
    "StudioSource",
    "StudioTag",
    "StudioUploadApi",
    "StudioUser",
    "TokenSource",
    "TrackWrite",
    "about_studio",
    "fetch_key_set",
    "fetch_offers",
    "is_hosted",
    "is_public",
    "is_public_host",
    "look",
    "look_at_consent",
    "make_client",
    "refused_consent",
    "refused_studio_consent",
    "resolve",
    "split_host",
]
