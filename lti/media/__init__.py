"""The product in plain Python: a person's library, what they insert, what viewers watch, and the consent behind it all.

Knows the database, Canvas and caption texts; knows neither LTI messages nor the web. Every decision about who may do
what is made from the ``Viewer`` of the page; what a page sends back is signed by us and bound to its person.
"""

from lti.media.administration import Administration
from lti.media.assignments import refusal, takes_media
from lti.media.auto_captions import AutoCaptions
from lti.media.caption_care import CaptionCare
from lti.media.captioning import Captioning, OrderMedia, StandingOrder
from lti.media.captioning_access import CaptioningAccess, Clerk
from lti.media.captioning_files import CheckedFile
from lti.media.carrying import Carrier
from lti.media.checks import Checks, Finding
from lti.media.claims import Claims
from lti.media.connect import CanvasConnection, Connected, StartedConsent
from lti.media.embedding import CaptionedItem, Embedding, InsertedItem, NativeItem, NativeLink, Pick
from lti.media.erasing import Erased, Erasing
from lti.media.fresh_items import FreshItems
from lti.media.grants import GrantTokens
from lti.media.handing_in import HandingIn
from lti.media.housekeeping import Housekeeping
from lti.media.importing import Importing, NewImport
from lti.media.intake import Checksum
from lti.media.library import ItemDetail, Library, LibraryPage, ListedItem, TrackView
from lti.media.playback import PlayableTrack, Playback
from lti.media.ports import Signer
from lti.media.receiving import NewUpload, Receiving
from lti.media.recording import RecordingLimits, Recordings
from lti.media.report import CourseReport
from lti.media.report_rows import MOST_AT_ONCE
from lti.media.report_studio import StudioReport
from lti.media.report_values import Lengths, Reading, ReportedTrack, ReportPage, ReportRow
from lti.media.studio_access import StudioAccess, StudioActor
from lti.media.studio_collections import StudioCollections
from lti.media.studio_connect import StudioConnection
from lti.media.studio_embedding import StudioEmbedding
from lti.media.studio_keeping import StudioAbout, StudioKeeping
from lti.media.studio_library import StudioLibrary, StudioQuery
from lti.media.studio_native import StudioOptions
from lti.media.studio_uploads import StudioUploading
from lti.media.upload_desk import UploadDesk
from lti.media.upload_rules import UploadRules
from lti.media.watching import Watching
from lti.media.witness import HandInView
from lti.media.worker import Worker

__all__ = [
    "MOST_AT_ONCE",
    "Administration",
    "AutoCaptions",
    "CanvasConnection",
    "CaptionCare",
    "CaptionedItem",
    "Captioning",
    "CaptioningAccess",
    "Carrier",
    "CheckedFile",
    "Checks",
    "Checksum",
    "Claims",
    "Clerk",
    "Connected",
    "CourseReport",
    "Embedding",
    "Erased",
    "Erasing",
    "Finding",
    "FreshItems",
    "GrantTokens",
    "HandInView",
    "HandingIn",
    "Housekeeping",
    "Importing",
    "InsertedItem",
    "ItemDetail",
    "Lengths",
    "Library",
    "LibraryPage",
    "ListedItem",
    "NativeItem",
    "NativeLink",
    "NewImport",
    "NewUpload",
    "OrderMedia",
    "Pick",
    "PlayableTrack",
    "Playback",
    "Reading",
    "Receiving",
    "RecordingLimits",
    "Recordings",
    "ReportPage",
    "ReportRow",
    "ReportedTrack",
    "Signer",
    "StandingOrder",
    "StartedConsent",
    "StudioAbout",
    "StudioAccess",
    "StudioActor",
    "StudioCollections",
    "StudioConnection",
    "StudioEmbedding",
    "StudioKeeping",
    "StudioLibrary",
    "StudioOptions",
    "StudioQuery",
    "StudioReport",
    "StudioUploading",
    "TrackView",
    "UploadDesk",
    "UploadRules",
    "Watching",
    "Worker",
    "refusal",
    "takes_media",
]
