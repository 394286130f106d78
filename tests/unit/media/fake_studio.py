"""A Studio in memory that does what ``reference/studio.md`` 2.4 and 3 say, and goes wrong when it is told to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from lti.errors import AutoCaptionsUnavailable, CuedeckError, NotAllowed, RemoteGone, RemoteNotPermitted, RemoteRejected
from lti.media.ports import StudioProgress
from lti.model import Upload
from lti.remote.studio_values import StudioSlotAddress


@dataclass
class Slot:
    """An upload address, used or not."""

    data: bytes | None = None
    ended: bool = False
    collection_id: str | None = None


@dataclass
class Media:
    """A media of the library."""

    data: bytes
    title: str
    description: str
    auto_captions: bool
    captions: list[tuple[str, str, str]] = field(default_factory=list)  # id, language, text
    looks: int = 0


class FakeStudio:
    """Slots, media, and errors that are raised in place of the next answers: before a call's effect, or after it."""

    def __init__(self) -> None:
        self.slots: dict[str, Slot] = {}
        self.media: dict[str, Media] = {}
        self.auto_captions = True
        self.fails = False  # in transcoding
        self.looks = 1  # until transcoding is done
        self.before: dict[str, list[BaseException]] = {}
        self.after: dict[str, list[BaseException]] = {}
        self.calls: list[str] = []
        self.refused_languages: set[str] = set()
        self.collections: set[str] = set()  # into which media may be put
        self.heeds_collections = True
        self.consent: CuedeckError | None = None
        self.event: Callable[[str], None] = lambda name: None
        self.puts = 0
        self._ids = iter(range(100, 10000))

    @contextmanager
    def for_upload(self, upload: Upload) -> Iterator[FakeStudio]:
        if self.consent is not None:
            raise self.consent
        yield self

    @contextmanager
    def _call(self, name: str) -> Iterator[None]:
        self.calls.append(name)
        self.event(f"before {name}")
        self._raise(self.before, name)
        yield
        self._raise(self.after, name)
        self.event(f"after {name}")

    @staticmethod
    def _raise(errors: dict[str, list[BaseException]], name: str) -> None:
        if errors.get(name):
            raise errors[name].pop(0)

    def begin_upload(self, collection_id: str | None) -> StudioSlotAddress:
        with self._call("begin"):
            if collection_id is not None and collection_id not in self.collections:
                raise NotAllowed("not one for this person")
            media_id = str(next(self._ids))
            self.slots[media_id] = Slot(collection_id=collection_id if self.heeds_collections else None)
        return StudioSlotAddress(media_id, f"https://storage.test/{media_id}?signature=s")

    def put_upload(self, url: str, length: int, content: Iterator[bytes]) -> None:
        with self._call("put"):
            slot = self.slots[url.rsplit("/", 1)[1].partition("?")[0]]
            if slot.ended or slot.data is not None:
                raise RemoteNotPermitted("the address has ended")
            data = bytearray()
            for piece in content:
                data += piece
                self.event("a piece")
            assert len(data) == length, "another length than was announced"
            slot.data = bytes(data)
            self.puts += 1

    def complete_upload(self, media_id: str, *, title: str, description: str, auto_captions: bool) -> None:
        with self._call("complete"):
            if media_id in self.media:
                return  # 409
            slot = self.slots.get(media_id)
            if slot is None:
                raise RemoteGone("no such upload")
            if auto_captions and not self.auto_captions:
                raise AutoCaptionsUnavailable("501")
            if slot.data is None:
                raise RemoteRejected("nothing was uploaded")
            self.media[media_id] = Media(slot.data, title, description, auto_captions)

    def caption_ids(self, media_id: str, language: str) -> frozenset[str]:
        with self._call("captions"):
            return frozenset(each[0] for each in self.media[media_id].captions if each[1] == language)

    def add_caption(self, media_id: str, language: str, srt: str) -> None:
        with self._call("caption"):
            if language in self.refused_languages:
                raise RemoteRejected("422")
            self.media[media_id].captions.append((str(next(self._ids)), language, srt))

    def is_in(self, media_id: str, collection_id: str) -> bool:
        with self._call("places"):
            return self.slots[media_id].collection_id == collection_id

    def progress(self, media_id: str) -> StudioProgress:
        with self._call("progress"):
            media = self.media[media_id]
            media.looks += 1
            done = media.looks > self.looks
            return StudioProgress(
                "errored" if done and self.fails else "finished" if done else "converting",
                ready=done and not self.fails,
                failed=done and self.fails,
            )
