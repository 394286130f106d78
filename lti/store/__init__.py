"""The database: what is kept, who may read it at rest (nobody), and what can be taken only once.

SQLAlchemy Core on SQLite or PostgreSQL, migrations by Alembic. Secrets are sealed before they are stored and one-time
secrets are hashed. Whatever says "once" is one SQL statement, so it holds across threads, processes and hosts.
"""

from lti.store.cache import CacheEntry
from lti.store.caption_answers import NewAnswer
from lti.store.caption_versions import CaptionPlace, CaptionVersion
from lti.store.captions import CaptionText, KeptTrack
from lti.store.chunks import ChunkStore, ChunkWriter, open_chunks
from lti.store.crypto import SecretBox
from lti.store.database import Database, open_database
from lti.store.deep_links import StoredDeepLink
from lti.store.invitations import Invitation
from lti.store.keys import StoredKey
from lti.store.rates import Rates
from lti.store.reports import TrackGrade
from lti.store.store import Store
from lti.store.upload_data import Chunk

__all__ = [
    "CacheEntry",
    "CaptionPlace",
    "CaptionText",
    "CaptionVersion",
    "Chunk",
    "ChunkStore",
    "ChunkWriter",
    "Database",
    "Invitation",
    "KeptTrack",
    "NewAnswer",
    "Rates",
    "SecretBox",
    "Store",
    "StoredDeepLink",
    "StoredKey",
    "TrackGrade",
    "open_chunks",
    "open_database",
]
