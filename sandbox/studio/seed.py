"""The Studio that the sandbox starts with: people, collections, the developer key, captioning, media.

Numbers and names are the same at each start, so that what the tool kept still fits: tests and people may count on them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from sandbox.studio.config import StudioConfig
from sandbox.studio.oauth import redirect_allowed
from sandbox.studio.seed_media import OLD, add_extra_media, add_media
from sandbox.studio.world import CaptionOrder, Collection, DeveloperKey, ServiceType, User, World

TILDA, SAM, ADA, THEO, STELLA = 8101, 8102, 8103, 8104, 8190
FILM_STUDIES, SOUND_DESIGN, NAMELESS = 5017, 5018, 5099  # collections; the first two of courses 17 and 18
_TEACHER, _STUDENT, _ADMIN = ("teacher",), ("student",), ("admin", "teacher")


def build_world(config: StudioConfig, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> World:
    """Make a fresh world; nothing is encoded by this call."""
    world = World(now=now)
    school = config.school
    tilda, sam, ada = school.people[:3]
    for number, name, roles in (
        (TILDA, tilda, _TEACHER),
        (SAM, sam, _STUDENT),
        (ADA, ada, _ADMIN),
        (THEO, "Theo Colleague", _TEACHER),
        (STELLA, "Stella Studio", _ADMIN),
    ):
        email = f"{name.split()[0].lower()}@school.example"
        world.users[number] = User(number, name, email, roles)
        world.collections[number - 1000] = Collection(number - 1000, name, "user", number, OLD)
    film, sound = school.courses
    world.courses.update({17: film, 18: sound})
    members = {TILDA: "edit", THEO: "edit", SAM: "view"}
    for number, name_or_none, course, people in (
        (FILM_STUDIES, film, 17, members),
        (SOUND_DESIGN, sound, 18, {THEO: "edit"}),
        (NAMELESS, None, None, {TILDA: "view"}),  # trap: collections may have no name
    ):
        world.collections[number] = Collection(
            number, name_or_none, "course_wide" if course else "shared", THEO, OLD, course, dict(people)
        )
    _add_key(world, config)
    add_media(world)
    add_extra_media(world, config.extra_media, TILDA)
    _add_captioning(world)
    return world


def _add_key(world: World, config: StudioConfig) -> None:
    """Add the tool's developer key; a redirect address that Studio refuses does not get into it."""
    uris = tuple(uri for uri in (config.consent_return,) if redirect_allowed(config, uri))
    world.keys[config.key_id] = DeveloperKey(config.key_id, config.key_secret, "Cuedeck", uris)


def _add_captioning(world: World) -> None:
    """Add what the captioning service offers, and two orders that wait."""
    for number, key, label, asr, languages in (
        (1, "standard", "Standard, three days", False, ("en", "es", "fr", "ar")),
        (2, "rush", "Rush, eight hours", False, ("en",)),
        (3, "machine", "Machine with a human look", True, ("en", "pt-BR")),
    ):
        world.service_types[key] = ServiceType(number, key, label, f"{label}.", asr, languages)
    own = [media for media in list(world.media.values()) if media.owner_id == TILDA]
    for number, media, key, language in ((401, own[0], "standard", "de"), (402, own[1], "rush", "en")):
        world.orders[number] = CaptionOrder(number, media.id, key, language, TILDA, OLD)
