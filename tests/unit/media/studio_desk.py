"""A desk at which tests choose from Studio: the product's parts on the Studio of these tests."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lti.media import (
    CaptionedItem,
    Embedding,
    ItemDetail,
    NativeItem,
    Pick,
    Playback,
    StudioEmbedding,
    StudioLibrary,
    StudioQuery,
    Watching,
)
from lti.media.handles import Handles, Shown
from lti.model import Catalogue, Embed, EmbedForm, MediaItem, MediaType, Scope, StudioAccount, Viewer
from tests.unit.media.conftest import School, no_waiting
from tests.unit.media.studio_school import SAM, STELLA, TEACHER, TILDA, StudioSchool, studio_beside

CLOCK, INTERVIEW, YOUTUBE, COLLEAGUES, PRIVATE, SAMS = (
    "The clock, explained",
    "Guest interview, captions by machine",
    "Montage, explained on YouTube",
    "Framing, a colleague's lecture",
    "A colleague's private notes",
    "Sam's screen recording",
)


@dataclasses.dataclass
class Desk:
    """A school with a Studio, and the parts under test."""

    school: School
    studio: StudioSchool
    library: StudioLibrary
    embedding: Embedding
    watching: Watching

    def act(self, account: StudioAccount) -> None:
        """Have people's own accounts act, or the service account."""
        self.studio.use(account)
        if account is StudioAccount.OWN:
            self.studio.grant(TILDA, "tilda")
            self.studio.grant(SAM, "sam")
        else:
            self.studio.grant(STELLA, None)

    def titles(self, who: Viewer = TEACHER, scope: Scope = Scope.OWN, **query: str) -> list[str]:
        asked = StudioQuery(**query)  # type: ignore[arg-type]
        page = self.library.page(who, self.school.platform, scope=scope, query=asked)
        found = [listed.item.title for listed in page.items]
        while page.next_cursor:
            page = self.library.page(who, self.school.platform, cursor=page.next_cursor)
            found += [listed.item.title for listed in page.items]
        return found

    def handle(self, title: str, who: Viewer = TEACHER, scope: Scope = Scope.OWN) -> str:
        page = self.library.page(who, self.school.platform, scope=scope, query=StudioQuery(title=title))
        return page.items[0].handle

    def look(self, title: str = CLOCK, who: Viewer = TEACHER, scope: Scope = Scope.OWN) -> ItemDetail:
        return self.library.detail(who, self.school.platform, self.handle(title, who, scope))

    def number(self, title: str) -> str:
        return str(next(media.id for media in self.studio.world.media.values() if media.title == title))

    def forged(
        self, title: str, who: Viewer, scope: Scope = Scope.OWN, course: str | None = None, captioned: bool = True
    ) -> str:
        """Sign a handle as we do, of a media that Studio never showed to this person."""
        item = MediaItem(Catalogue.STUDIO, self.number(title), title, MediaType.VIDEO, captioned=captioned)
        handles = Handles(self.school.signer)
        return handles.sign(self.school.platform, who.subject or "", Shown(item, scope, course))

    def insert(self, handle: str, who: Viewer = TEACHER, **pick: object) -> CaptionedItem | NativeItem:
        chosen = Pick(handle, **{"form": EmbedForm.CAPTIONED, **pick})  # type: ignore[arg-type]
        [item] = self.embedding.insert(who, self.school.platform, [chosen])
        assert isinstance(item, CaptionedItem | NativeItem)
        return item

    def embed(self, title: str = CLOCK, *languages: str) -> Embed:
        detail = self.look(title)
        tracks = tuple(view.track.id for view in detail.tracks if view.track.language in languages)
        item = self.insert(detail.handle, tracks=tracks)
        assert isinstance(item, CaptionedItem)
        return self.school.embed(item.embed_id)

    def watch(self, embed: Embed, **how: Any) -> Playback:
        found = self.watching.playback(embed, self.school.platform, **how)
        assert found is not None
        return found


@contextmanager
def desk_of(school: School, folder: Path) -> Iterator[Desk]:
    """Give a desk; people's own accounts act."""
    with studio_beside(school, folder) as studio:
        made = Desk(
            school,
            studio,
            StudioLibrary(school.store, studio.access, school.signer, school.clock, page_size=5),
            Embedding(school.store, school.signer, school.clock, StudioEmbedding(studio.access)),
            Watching(
                school.store, school.http, school.oauth, school.signer, school.clock, studio.access, sleep=no_waiting
            ),
        )
        made.act(StudioAccount.OWN)
        yield made
