"""Taking media out of the world, with all that hangs on them."""

from __future__ import annotations

from sandbox.studio.world import Collection, Media, World


def remove_media(world: World, media: Media) -> None:
    """Forget a media: its placements, captions, orders and bytes."""
    with world.lock:
        world.media.pop(media.id, None)
        world.perspectives.pop(media.id, None)
        world.waiting.discard(media.id)
        for caption in world.captions_of(media.id):
            del world.captions[caption.id]
        for order in [order for order in list(world.orders.values()) if order.media_id == media.id]:
            del world.orders[order.id]
        if media.file is not None:
            media.file.unlink(missing_ok=True)


def remove_collection(world: World, collection: Collection) -> None:
    """Forget a collection, and the media that are at home in it."""
    with world.lock:
        for media in list(world.media.values()):
            if world.home(media) is collection:
                remove_media(world, media)
        for media_id, places in world.perspectives.items():
            world.perspectives[media_id] = [each for each in places if each.collection_id != collection.id]
        del world.collections[collection.id]
