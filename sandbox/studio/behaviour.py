"""What differs between one Studio account and another, and what the documents leave open (reference 7)."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.common.behaviour import Changeable


@dataclass
class Behaviour(Changeable):
    """Times are in seconds. "Open" marks a guess that nothing public settles."""

    access_token_seconds: int = 7200
    transcoding_seconds: float = 3.0  # from completion until it can be played
    transcoding_fails: bool = False  # for what is completed while this is on
    check_uploads: bool = True  # what is no media file fails to transcode; off: anything passes
    auto_captions: bool = True  # the account has them; else asking for them is 501
    auto_caption_seconds: float = 4.0  # from the end of transcoding until the machine track is there
    upload_seconds: int = 3600  # open: life of an upload address
    upload_bytes_per_second: int = 0  # how slowly bytes are taken; 0: as fast as they come
    upload_cors: bool = False  # open: whether a browser may send to an upload address
    download_seconds: int = 86_400  # documented
    new_caption_status: str = "published"  # open: what a sent caption file begins as; "uploaded" occurs too
    replace_same_language: bool = False  # open: a second caption file of a language replaces the first
    accept_vtt: bool = False  # open: caption files other than .srt
    embed_key: str = "embed_url"  # open: what create_embed calls the launch address
    captioning_service: bool = True  # the account has an active captioning service; else 404
    plays_anywhere: bool = False  # open: a launch plays in a course that the media is not in
    machine_language: str = "en"  # of automatic captions
