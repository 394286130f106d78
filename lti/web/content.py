"""What ``media`` inserted, as the content items of LTI Deep Linking."""

from __future__ import annotations

from collections.abc import Iterable

from lti.media import CaptionedItem, InsertedItem, NativeItem
from lti.protocol.deep_linking import ContentItem, HtmlItem, LinkItem, ResourceLinkItem


def notes_of(items: Iterable[InsertedItem]) -> list[str]:
    """Give what the person should know of what was inserted, each thing once (msgids)."""
    notes = (item.note for item in items if not isinstance(item, CaptionedItem))
    return list(dict.fromkeys(note for note in notes if note))


def content_item(item: InsertedItem, base_url: str) -> ContentItem:
    """Write one item.

    The embed travels in ``custom``: Canvas keeps that with the resource link and copies it with the course.
    """
    if isinstance(item, CaptionedItem):
        return ResourceLinkItem(
            url=f"{base_url}/lti/launch",
            title=item.title,
            text=item.text,
            iframe=None if item.as_link else (item.width, item.height),
            custom={"embed": item.embed_id},
        )
    if isinstance(item, NativeItem):
        return HtmlItem(html=item.html, title=item.title)
    return LinkItem(url=item.url, title=item.title, text=item.text)
