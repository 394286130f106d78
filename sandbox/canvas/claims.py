"""The body of id_tokens (reference/canvas.md 2.4, 3.1), without the nonce, which the tool gives later."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sandbox.canvas.coursework import Assignment, attempts
from sandbox.canvas.places import Place
from sandbox.canvas.platform import Platform
from sandbox.canvas.tool import InstalledTool
from sandbox.canvas.variables import EditorFields, LaunchFacts, substitute
from sandbox.canvas.world import Person, ResourceLink, World

LTI = "https://purl.imsglobal.org/spec/lti/claim/"
DEEP_LINKING = "https://purl.imsglobal.org/spec/lti-dl/claim/"
TOKEN_SECONDS = 3600
_LIS = "http://purl.imsglobal.org/vocab/lis/v2/"
_MEMBERSHIP = {
    "teacher": ("membership#Instructor",),
    "ta": ("membership/Instructor#TeachingAssistant", "membership#Instructor"),
    "designer": ("membership#ContentDeveloper",),
    "student": ("membership#Learner",),
    "observer": ("membership#Mentor",),
}
_TEST_USER = "http://purl.imsglobal.org/vocab/lti/system/person#TestUser"
_STAFF = frozenset({"teacher", "ta", "designer"})
_NRPS_SCOPE = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"

# reference/canvas.md 3.1: accept_types, targets, media types, auto_create, accept_multiple
_LTILINK = "application/vnd.ims.lti.v1.ltilink"
_SETTINGS: dict[str, tuple[tuple[str, ...], tuple[str, ...], str, bool, bool]] = {
    "editor_button": (
        ("link", "file", "html", "ltiResourceLink", "image"),
        ("embed", "iframe", "window"),
        f"image/*,text/html,{_LTILINK},*/*",
        False,
        True,
    ),
    "homework_submission": (("file", "ltiResourceLink"), ("iframe",), "*/*", False, False),
    "assignment_selection": (("ltiResourceLink",), ("iframe", "window"), _LTILINK, False, False),
    "link_selection": (("ltiResourceLink",), ("iframe", "window"), _LTILINK, False, True),
}

DEEP_LINKING_PLACEMENTS = frozenset(_SETTINGS)


@dataclass(frozen=True)
class LaunchRequest:
    """What is to be launched: by whom, where, how."""

    tool: InstalledTool
    person: Person
    place: Place
    role: str
    return_url: str
    placement: str | None = None
    target_link_uri: str | None = None
    link: ResourceLink | None = None
    editor: EditorFields | None = None
    deep_link_return_url: str | None = None  # makes it a deep-linking request
    assignment: Assignment | None = None
    real_person: Person | None = None  # who acts as the person

    @property
    def target(self) -> str:
        """Where the launch leads."""
        return self.target_link_uri or self.tool.target_link_uri(self.placement)


def accepted_types(placement: str) -> frozenset[str]:
    """Tell which content items a placement advertises."""
    return frozenset(_SETTINGS[placement][0]) if placement in _SETTINGS else frozenset()


def accepts_multiple(placement: str) -> bool:
    """Tell whether a placement takes several items."""
    return placement in _SETTINGS and _SETTINGS[placement][4]


def is_deep_linking(tool: InstalledTool, placement: str) -> bool:
    """Tell which message a placement launches; a wrong message_type silently gives a resource link."""
    return placement in _SETTINGS and tool.setting(placement, "message_type") == "LtiDeepLinkingRequest"


def build(platform: Platform, launch: LaunchRequest) -> dict[str, Any]:
    """Make the claims of a launch."""
    tool, person, place = launch.tool, launch.person, launch.place
    now = int(platform.now().timestamp())
    roles = role_uris(platform.world, person, place)
    facts = LaunchFacts(
        platform.config.url,
        person,
        place,
        launch.role,
        roles,
        editor=launch.editor,
        link=launch.link,
        school=platform.config.school,
        assignment=launch.assignment if platform.faults.behaviour.homework_variables else None,
        attempts=len(attempts(platform.world.submissions, launch.assignment.id, person.id)) if launch.assignment else 0,
        real_person=launch.real_person,
        brand=platform.faults.behaviour.brand,
    )
    custom = tool.custom_fields(launch.placement) | (launch.link.custom if launch.link else {})
    claims: dict[str, Any] = {
        "iss": platform.config.issuer,
        "aud": tool.client_id,
        "azp": tool.client_id,
        **({"sub": person.lti_uuid} if person.id else {}),
        "iat": now,
        "exp": now + TOKEN_SECONDS,
        "locale": person.locale,
        f"{LTI}version": "1.3.0",
        f"{LTI}deployment_id": tool.deployment_id,
        f"{LTI}target_link_uri": launch.target,
        f"{LTI}context": _context(place),
        f"{LTI}tool_platform": {
            "guid": f"{platform.config.school.uuid}:canvas-lms",
            "name": platform.config.school.name,
            "version": "cloud",
            "product_family_code": "canvas",
        },
        f"{LTI}launch_presentation": _presentation(launch),
        f"{LTI}roles": list(roles),
        f"{LTI}custom": substitute(custom, facts),
        f"{LTI}lti11_legacy_user_id": person.opaque,
        f"{LTI}lti1p1": {"user_id": person.opaque},
    }
    claims |= _personal(tool.privacy, person, facts, platform.config.url)
    if launch.placement and (platform.faults.behaviour.homework_placement or launch.assignment is None):
        claims["https://www.instructure.com/placement"] = launch.placement
    if _NRPS_SCOPE in tool.scopes:
        claims["https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"] = {
            "context_memberships_url": f"{platform.config.url}/api/lti{place.path}/names_and_roles",
            "service_versions": ["2.0"],
        }
    return claims | (_deep_linking(launch) if launch.deep_link_return_url else _resource_link(launch))


def role_uris(world: World, person: Person, place: Place) -> tuple[str, ...]:
    """Mix institution, membership and system roles as Canvas does, sorted. Groups give no membership role."""
    if not person.id:
        return (f"{_LIS}person#None",)
    everywhere = {role for c in world.courses.values() if (role := c.enrollments.get(person.id))}
    roles = {"system/person#User"}
    if everywhere & _STAFF:
        roles.add("institution/person#Instructor")
    if "student" in everywhere:
        roles.add("institution/person#Student")
    if person.account_admin:
        roles.add("institution/person#Administrator")
    if place.course is not None:
        roles.update(_MEMBERSHIP.get(place.course.enrollments.get(person.id, ""), ()))
    return tuple(sorted([*(_LIS + role for role in roles), *([_TEST_USER] if person.test_student else [])]))


def _context(place: Place) -> dict[str, Any]:
    context: dict[str, Any] = {"id": place.opaque, "title": place.name}
    if place.kind not in {"account", "user"}:  # the vocabulary has no word for one
        context["type"] = [f"{_LIS}course#{'CourseOffering' if place.kind == 'course' else 'Group'}"]
    return context | ({"label": place.label} if place.label else {})


def _presentation(launch: LaunchRequest) -> dict[str, Any]:
    presentation: dict[str, Any] = {
        "document_target": "iframe",
        "return_url": launch.return_url,
        "locale": launch.person.locale,
    }
    for name in ("height", "width"):
        size = launch.tool.setting(launch.placement, f"selection_{name}") if launch.placement else None
        if size is not None:
            presentation[name] = int(size)
    return presentation


def _personal(privacy: str, person: Person, facts: LaunchFacts, canvas_url: str) -> dict[str, Any]:
    claims: dict[str, Any] = {}
    if not person.id:
        return claims
    if privacy == "public":
        claims["picture"] = f"{canvas_url}/sandbox-static/avatar.svg"
    if privacy in {"public", "email_only"} and person.email:
        claims["email"] = person.email
    if privacy in {"public", "name_only"}:
        first, _, last = person.name.partition(" ")
        claims |= {"name": person.name, "given_name": first, "family_name": last}
        sourced = {"person_sourcedid": "$Person.sourcedId", "course_offering_sourcedid": "$CourseSection.sourcedId"}
        claims[f"{LTI}lis"] = substitute(sourced, facts)
    return claims


def _resource_link(launch: LaunchRequest) -> dict[str, Any]:
    link = launch.link
    return {
        f"{LTI}message_type": "LtiResourceLinkRequest",
        f"{LTI}resource_link": {
            "id": link.resource_link_id if link else launch.place.opaque,
            "title": (link.title if link else "") or launch.place.name,
        },
    }


def _deep_linking(launch: LaunchRequest) -> dict[str, Any]:
    types, targets, media_types, auto_create, multiple = _SETTINGS[launch.placement or "editor_button"]
    return {
        f"{LTI}message_type": "LtiDeepLinkingRequest",
        f"{DEEP_LINKING}deep_linking_settings": {
            "deep_link_return_url": launch.deep_link_return_url,
            "accept_types": list(types),
            "accept_presentation_document_targets": list(targets),
            "accept_media_types": media_types,
            "auto_create": auto_create,
            "accept_multiple": multiple,
        },
    }
