"""The deep linking response."""

from __future__ import annotations

from typing import Any

import jwt
import pytest

from lti.errors import InputError
from lti.model import DeepLinkingSettings
from lti.protocol.deep_linking import ContentItem, HtmlItem, LinkItem, ResourceLinkItem, response
from lti.protocol.signing import SigningKeys

from .platform import LTI, OURS, PLATFORM, Clock
from .test_signing import KeyShelf

DL = "https://purl.imsglobal.org/spec/lti-dl/claim/"
VIDEO = ResourceLinkItem(f"{OURS}/lti/launch", "Rivers & <b>seas</b> 🌊", iframe=(640, 360), custom={"embed": "e-1"})
NATIVE = HtmlItem('<iframe src="https://school.example/media_objects_iframe/m-1"></iframe>', "Rivers")
LINK = LinkItem("https://school.example/media_objects_iframe/m-1", "Rivers", "see rivers")


def settings(*types: str, multiple: bool = True, data: str | None = None) -> DeepLinkingSettings:
    accepted = frozenset(types or ("link", "file", "html", "ltiResourceLink", "image"))
    return DeepLinkingSettings("https://school.example/return?data=x", accepted, frozenset({"iframe"}), multiple, data)


@pytest.fixture(scope="module")
def keys() -> SigningKeys:
    return SigningKeys(KeyShelf(), Clock())


def answer(
    keys: SigningKeys, *items: ContentItem, to: DeepLinkingSettings | None = None, message: str | None = None
) -> dict[str, Any]:
    """Make a response and read it as Canvas does: with our published keys."""
    token = response(PLATFORM, "5:a", to or settings(), items, keys, message=message, clock=Clock())
    kid = jwt.get_unverified_header(token)["kid"]
    (key,) = [key for key in keys.jwks()["keys"] if key["kid"] == kid]
    read: dict[str, Any] = jwt.decode(
        token,
        jwt.PyJWK(key),
        algorithms=["RS256"],
        audience=PLATFORM.issuer,
        options={"verify_exp": False, "verify_iat": False},
    )
    return read


def test_response_says_what_canvas_checks(keys: SigningKeys) -> None:
    said = answer(keys, VIDEO)
    now = Clock().seconds
    assert (said["iss"], said["aud"]) == (PLATFORM.client_id, PLATFORM.issuer)
    assert (said["iat"], said["exp"]) == (now, now + 300)
    assert "sub" not in said
    assert said[f"{LTI}message_type"] == "LtiDeepLinkingResponse"
    assert said[f"{LTI}version"] == "1.3.0"
    assert said[f"{LTI}deployment_id"] == "5:a"
    assert len(said["nonce"]) >= 43


def test_nonce_is_new_each_time(keys: SigningKeys) -> None:
    assert answer(keys, VIDEO)["nonce"] != answer(keys, VIDEO)["nonce"]


def test_data_is_echoed_only_if_it_was_given(keys: SigningKeys) -> None:
    assert f"{DL}data" not in answer(keys, VIDEO)
    assert answer(keys, VIDEO, to=settings(data="opaque:🙂"))[f"{DL}data"] == "opaque:🙂"
    assert answer(keys, VIDEO, to=settings(data=""))[f"{DL}data"] == ""


def test_message_for_the_person_is_carried(keys: SigningKeys) -> None:
    assert f"{DL}msg" not in answer(keys)
    assert answer(keys, message="Nothing was chosen.")[f"{DL}msg"] == "Nothing was chosen."


def test_items_are_carried_in_order_and_unaltered(keys: SigningKeys) -> None:
    assert answer(keys, VIDEO, NATIVE, LINK)[f"{DL}content_items"] == [
        {
            "type": "ltiResourceLink",
            "url": f"{OURS}/lti/launch",
            "title": "Rivers & <b>seas</b> 🌊",
            "iframe": {"width": 640, "height": 360},
            "custom": {"embed": "e-1"},
        },
        {"type": "html", "html": NATIVE.html, "title": "Rivers"},
        {"type": "link", "url": LINK.url, "title": "Rivers", "text": "see rivers"},
    ]


def test_link_form_has_no_frame() -> None:
    item = ResourceLinkItem(f"{OURS}/lti/launch", "Rivers", text="see rivers", custom={"embed": "e-1"}).to_dict()
    assert item["text"] == "see rivers"
    assert "iframe" not in item
    assert "custom" not in ResourceLinkItem(f"{OURS}/lti/launch", "Rivers").to_dict()
    assert LinkItem(OURS, "Rivers").to_dict() == {"type": "link", "url": OURS, "title": "Rivers"}


def test_nothing_chosen_is_an_empty_response(keys: SigningKeys) -> None:
    assert answer(keys, to=settings("ltiResourceLink", multiple=False))[f"{DL}content_items"] == []


@pytest.mark.parametrize("item", [NATIVE, LINK])
def test_type_that_the_place_does_not_take_is_refused_in_plain_words(keys: SigningKeys, item: ContentItem) -> None:
    with pytest.raises(InputError) as caught:
        answer(keys, VIDEO, item, to=settings("ltiResourceLink", "file"))
    assert "form" in caught.value.message


def test_several_items_where_one_is_taken_are_refused_in_plain_words(keys: SigningKeys) -> None:
    one = settings("ltiResourceLink", multiple=False)
    assert len(answer(keys, VIDEO, to=one)[f"{DL}content_items"]) == 1
    with pytest.raises(InputError) as caught:
        answer(keys, VIDEO, VIDEO, to=one)
    assert "one item" in caught.value.message
