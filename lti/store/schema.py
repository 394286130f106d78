"""The tables, as they are after the newest migration (a test compares the two on both engines).

``info={"sealed": True}`` marks the columns that only ever hold what :class:`~lti.store.crypto.SecretBox` sealed.
One-time secrets (login state, tickets, invitations) are not stored at all: their SHA-256 is.

``info={"person": …}`` marks who a row is about: ``OWNER`` where it is theirs and goes with them, ``ACTOR`` where it
says that they did something to what is not theirs alone; ``info={"says": True}`` what such a row says of them beside.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    false,
)

from lti.store.columns import Instant, SafeText

# Named constraints: a later migration can only change what it can name, and the engines name them differently.
metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


OWNER: Final = "owner"
ACTOR: Final = "actor"


def _sealed(name: str, *, nullable: bool = False, personal: bool = False) -> Column[str]:
    return Column(name, Text, nullable=nullable, info={"sealed": True, "personal": personal})


def _person(name: str, relation: str, **options: Any) -> Column[str]:
    return Column(name, SafeText, info={"person": relation}, **options)


def _of_platform(*, primary_key: bool = False, index: bool = True) -> Column[int]:
    return Column(
        "platform_id",
        Integer,
        ForeignKey("platforms.id", ondelete="CASCADE"),
        primary_key=primary_key,
        nullable=False,
        index=index and not primary_key,
    )


def _of_upload() -> Column[str]:
    return Column("upload_id", SafeText, ForeignKey("uploads.id", ondelete="CASCADE"), primary_key=True)


platforms = Table(
    "platforms",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("issuer", SafeText, nullable=False),
    Column("client_id", SafeText, nullable=False),
    Column("authorization_url", SafeText, nullable=False),
    Column("token_url", SafeText, nullable=False),
    Column("jwks_url", SafeText, nullable=False),
    Column("canvas_url", SafeText, nullable=False),
    Column("canvas_key_id", SafeText),
    _sealed("canvas_key_secret", nullable=True),
    Column("trust_deployments", Boolean, nullable=False),
    UniqueConstraint("issuer", "client_id"),
    sqlite_autoincrement=True,  # the id of a removed platform lives on in tokens: it must never mean another one
)

deployments = Table(
    "deployments",
    metadata,
    _of_platform(primary_key=True),
    Column("deployment_id", SafeText, primary_key=True),
)

# A platform that has no row here has the defaults of ``model.Institution``.
institutions = Table(
    "institutions",
    metadata,
    _of_platform(primary_key=True),
    Column("studio_host", SafeText),
    Column("studio_key_id", SafeText),
    _sealed("studio_key_secret", nullable=True),
    Column("studio_account", Text),
    Column("captioning_staff", SafeText, nullable=False),  # JSON
    Column("use_email", Boolean, nullable=False),
    Column("captioning_header_name", SafeText),
    _sealed("captioning_header_value", nullable=True),
)

# No foreign key: one less look-up (and on PostgreSQL one less row lock) in every launch. Rows live five minutes.
logins = Table(
    "logins",
    metadata,
    Column("state_hash", Text, primary_key=True),
    Column("platform_id", Integer, nullable=False),
    Column("nonce", SafeText, nullable=False),
    Column("target_link_uri", SafeText, nullable=False),
    Column("proof_hash", SafeText, nullable=False),
    Column("expires_at", Instant, nullable=False, index=True),
    sqlite_with_rowid=False,  # one page less to write, twice in every launch
)

deep_links = Table(
    "deep_links",
    metadata,
    Column("id", SafeText, primary_key=True),
    _of_platform(index=False),  # asked for only when a platform is removed, and rows live a day
    _person("subject", OWNER),
    _sealed("payload"),  # the return address carries the platform's own signed state
    Column("expires_at", Instant, nullable=False, index=True),
    Column("finished_at", Instant),
)

invitations = Table(
    "invitations",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("token_hash", Text, nullable=False, unique=True),
    Column("note", SafeText, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("claimed_until", Instant),  # a registration with it is under way
    Column("used_at", Instant),
    Column("revoked_at", Instant),
    sqlite_autoincrement=True,  # people name them by number: a number must not come back
)

signing_keys = Table(
    "signing_keys",
    metadata,
    Column("kid", SafeText, primary_key=True),
    _sealed("private_pem"),
    Column("public_jwk", Text, nullable=False),  # JSON
    Column("created_at", Instant, nullable=False),
    Column("retired_at", Instant),
)

tickets = Table(
    "tickets",
    metadata,
    Column("ticket_hash", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    _sealed("payload"),
    Column("expires_at", Instant, nullable=False, index=True),
)

grants = Table(
    "grants",
    metadata,
    _of_platform(primary_key=True),
    _person("subject", OWNER, primary_key=True),
    Column("service", Text, primary_key=True),
    Column("account_id", SafeText, nullable=False),
    _sealed("access_token"),
    _sealed("refresh_token", nullable=True),
    Column("expires_at", Instant, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("leased_by", Text),
    Column("leased_until", Instant),
)

embeds = Table(
    "embeds",
    metadata,
    Column("id", SafeText, primary_key=True),
    _of_platform(),
    Column("deployment_id", SafeText, nullable=False),
    Column("context_id", SafeText),
    _person("made_by", OWNER, nullable=False),
    Column("catalogue", Text, nullable=False),
    Column("media_id", SafeText, nullable=False),
    Column("attachment_id", SafeText),
    _sealed("verifier", nullable=True),
    Column("scope", Text, nullable=False),
    Column("scope_id", SafeText),
    Column("title", SafeText, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("tracks", Text, nullable=False),  # JSON
    Column("default_track", SafeText),
    Column("start_seconds", Float(53)),  # double precision on PostgreSQL too
    Column("end_seconds", Float(53)),
    Column("show_transcript", Boolean, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("handed_in_at", Instant),
)

# The embeds that were handed in; they have ``handed_in_at``, so that others need no look into this table.
hand_ins = Table(
    "hand_ins",
    metadata,
    Column("embed_id", SafeText, ForeignKey("embeds.id", ondelete="CASCADE"), primary_key=True),
    Column("assignment_id", SafeText),
    Column("seconds", Float(53)),
    Column("size", BigInteger),
    Column("media_created_at", Instant),
    Column("changed_at", Instant),
    Column("change", Text),
)

cache_entries = Table(
    "cache_entries",
    metadata,
    Column("key_hash", Text, primary_key=True),
    _sealed("value"),
    Column("stored_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("keep_until", Instant, nullable=False, index=True),
)

cache_leases = Table(
    "cache_leases",
    metadata,
    Column("key_hash", Text, primary_key=True),
    Column("leased_by", Text, nullable=False),
    Column("leased_until", Instant, nullable=False, index=True),
)

captions = Table(
    "captions",
    metadata,
    _of_platform(primary_key=True),
    Column("catalogue", Text, primary_key=True),
    Column("media_id", SafeText, primary_key=True),
    Column("track_id", SafeText, primary_key=True),
    Column("language", SafeText, nullable=False),
    Column("kind", SafeText, nullable=False),
    Column("origin", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("vtt", SafeText, nullable=False),
    Column("updated_at", Instant),
    Column("fetched_at", Instant, nullable=False),
)

# Texts that were replaced or removed: the newest of each track stay (store/caption_versions.py).
caption_versions = Table(
    "caption_versions",
    metadata,
    Column("id", SafeText, primary_key=True),
    _of_platform(index=False),
    Column("catalogue", Text, nullable=False),
    Column("media_id", SafeText, nullable=False),
    Column("place", SafeText, nullable=False),  # the attachment whose track it was; empty where none was known
    Column("language", SafeText, nullable=False),
    Column("locale", SafeText, nullable=False),  # the same, as the catalogue writes it
    Column("kind", SafeText, nullable=False),
    Column("content", SafeText, nullable=False),
    Column("reason", Text, nullable=False),
    _person("subject", ACTOR, nullable=False),
    Column("created_at", Instant, nullable=False),
    Index("ix_caption_versions_track", "platform_id", "media_id", "place", "language"),
)

uploads = Table(
    "uploads",
    metadata,
    Column("id", SafeText, primary_key=True),
    _of_platform(),
    _person("subject", OWNER, nullable=False),
    Column("context_id", SafeText),
    Column("course_id", SafeText),
    Column("title", SafeText, nullable=False),
    Column("description", SafeText, nullable=False),
    Column("filename", SafeText, nullable=False),
    Column("content_type", SafeText, nullable=False),
    Column("length", BigInteger),
    Column("received", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False, index=True),
    Column("auto_captions", Boolean, nullable=False),
    Column("auto_captions_refused", Boolean, nullable=False),
    Column("collection_id", SafeText),
    Column("collection_name", SafeText),
    Column("collection_refused", Boolean, nullable=False, server_default=false()),
    Column("failed_in", Text),
    Column("problem", SafeText),  # JSON
    Column("sent", BigInteger, nullable=False),
    Column("media_id", SafeText),
    _sealed("email", nullable=True, personal=True),
    _sealed("upload_url", nullable=True),
    Column("studio_status", SafeText),
    Column("attempts", Integer, nullable=False),
    Column("next_try_at", Instant, index=True),  # None: nothing for a worker to do
    Column("has_chunks", Boolean, nullable=False),
    Column("source", Text, nullable=False, server_default="file"),
    Column("seconds", Float(53)),
    Column("trim_start", Float(53)),
    Column("trim_end", Float(53)),
    Column("mended", Boolean, nullable=False, server_default=false()),
    Column("note", SafeText),  # JSON
    Column("leased_by", Text),  # by a connection that sends data, later by a worker
    Column("leased_until", Instant),
    Column("ahead_by", Text),  # by a worker that sends it to Studio while a connection still has the lease
    Column("ahead_until", Instant),
)

# Which objects of the chunk store count. One that no row names was left behind by somebody who lost the lease.
upload_chunks = Table(
    "upload_chunks",
    metadata,
    _of_upload(),
    Column("first", BigInteger, primary_key=True, autoincrement=False),  # offset of its first byte
    Column("size", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
)

upload_captions = Table(
    "upload_captions",
    metadata,
    _of_upload(),
    Column("id", SafeText, primary_key=True),
    Column("language", SafeText, nullable=False),
    Column("filename", SafeText, nullable=False),
    Column("srt", SafeText, nullable=False),
    Column("state", Text, nullable=False),
    Column("problem", SafeText),  # JSON
    Column("known", SafeText, nullable=False),  # JSON
)

# An answer that ends an order holds it, one row at a time; and so does, beside it, the newest mark that it is in work.
caption_answers = Table(
    "caption_answers",
    metadata,
    Column("id", Integer, primary_key=True),
    _of_platform(index=False),  # the unique constraint's index begins with it
    Column("host", SafeText, nullable=False),
    Column("order_id", SafeText, nullable=False),
    Column("fields", SafeText, nullable=False),  # JSON
    Column("outcome", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("holds", Integer),  # both engines let any number of rows hold nothing
    _person("subject", ACTOR, nullable=False),
    Column("name", SafeText, nullable=False, info={"says": True}),
    Column("message", SafeText, nullable=False, info={"says": True}),
    Column("filename", SafeText, nullable=False),
    Column("srt", SafeText),
    Column("problem", SafeText),  # JSON
    Column("begun_at", Instant, nullable=False),
    Column("leased_until", Instant, nullable=False),  # after that nobody is sending it any more
    Column("ended_at", Instant),
    UniqueConstraint("platform_id", "host", "order_id", "holds"),
    sqlite_autoincrement=True,  # people name them by number: a number must not come back
)

# What the checks made of a caption text: the text itself is not kept for it.
track_grades = Table(
    "track_grades",
    metadata,
    _of_platform(primary_key=True),
    Column("catalogue", Text, primary_key=True),
    Column("media_id", SafeText, primary_key=True),
    Column("track_id", SafeText, primary_key=True),
    Column("updated_at", Instant),  # of the text, as the catalogue's list said it then
    Column("language", SafeText, nullable=False),  # that it was checked for
    Column("rules", Integer, nullable=False),  # which version of the checks
    Column("verdict", Text, nullable=False),
    Column("grade", Text),
    Column("cues", Integer, nullable=False),
    Column("findings", Text, nullable=False),  # JSON: how many by rule
    Column("covered", Float(53), nullable=False),  # seconds
    Column("ends", Float(53), nullable=False),  # seconds
    Column("graded_at", Instant, nullable=False),
)

media_lengths = Table(
    "media_lengths",
    metadata,
    _of_platform(primary_key=True),
    Column("catalogue", Text, primary_key=True),
    Column("media_id", SafeText, primary_key=True),
    Column("seconds", Float(53), nullable=False),  # 0: asked for, and not known to the catalogue
    Column("found_at", Instant, nullable=False),
)
