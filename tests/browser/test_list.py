"""A list of hundreds of media: tabs, search, sorting, page after page without a jump, marks, titles of every kind."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

import pytest
from playwright.sync_api import BrowserContext, Frame, Page, expect

from tests.browser.conftest import AxeCheck, clean
from tests.browser.journey import connect, media, open_picker, panel, press_button, search
from tests.browser.keys import Keys
from tests.support.stack import Stack

pytestmark = pytest.mark.browser

_EXTRA = 200  # media beside the seeded ones, see the fixture ``stack``

# The first card of the list that is in sight, and where it stands, once the scrolling has come to rest.
_IN_SIGHT = """async () => {
  for (let before = -1, still = 0; still < 8; still = scrollY === before ? still + 1 : 0) {
    before = scrollY;
    await new Promise(done => requestAnimationFrame(done));
  }
  const card = [...document.querySelectorAll('h2 button')].find(each => each.getBoundingClientRect().top > 0);
  return [card.textContent, card.getBoundingClientRect().top];
}"""


def _titles(picker: Frame) -> list[str]:
    return media(picker).all_text_contents()  # cards out of sight have no inner text: they are not laid out


def _where(picker: Frame, title: str) -> float:
    return float(
        picker.get_by_role("button", name=title, exact=True).evaluate("card => card.getBoundingClientRect().top")
    )


def _scroll(page: Page, picker: Frame) -> None:
    """Turn the mouse wheel over the list, as far as it goes."""
    box = picker.frame_element().bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.wheel(0, 20_000)


def _scroll_on(page: Page, picker: Frame, before: int) -> None:
    """Scroll until there are more, as a person does: a turn of the wheel ends where the list ended when it began."""
    for _ in range(10):
        _scroll(page, picker)
        try:
            expect(media(picker)).not_to_have_count(before, timeout=1000)
        except AssertionError:
            continue
        return
    raise AssertionError(f"scrolling brings nothing after {before}")


def test_teacher_scrolls_through_hundreds_of_media_without_a_jump(desk: Page, troubled: Stack) -> None:
    picker = open_picker(desk, troubled, "Scrolling")
    expect(media(picker)).to_have_count(30)
    # Slow answers leave time to look at what stands still while the next page comes.
    troubled.misbehave(faults=[{"kind": "slow", "path": "/api/v1/*", "seconds": 1.2, "count": 2}])
    for count in (60, 90):
        _scroll(desk, picker)
        expect(panel(picker).get_by_text("Loading…")).to_be_visible()
        title, top = picker.evaluate(_IN_SIGHT)
        expect(media(picker)).to_have_count(count)
        assert abs(_where(picker, title) - top) <= 3
    while not panel(picker).get_by_text("that is all").is_visible():
        _scroll_on(desk, picker, media(picker).count())
    titles = _titles(picker)
    lectures = [title for title in titles if re.match(r"Lecture \d{5}:", title)]
    assert len(lectures) == len(set(lectures)) == _EXTRA
    assert len(titles) > _EXTRA + 15
    expect(panel(picker).get_by_text(f"{len(titles)} shown, that is all")).to_be_visible()


def test_teacher_at_the_keyboard_gets_more_on_request_and_lands_on_the_first_new_card(desk: Page, stack: Stack) -> None:
    picker = open_picker(desk, stack, "More")
    keys = Keys(desk)
    keys.to(picker.get_by_role("link", name="Skip to the selection and Insert"))
    keys.press("Enter")
    keys.expect(picker.get_by_role("contentinfo", name="Selection"))
    keys.press("Shift+Tab")
    keys.expect(panel(picker).get_by_role("button", name="Show more"))
    expect(media(picker)).to_have_count(30)
    keys.press("Enter")
    expect(media(picker)).to_have_count(60)
    keys.expect(media(picker).nth(30).get_by_role("button"))


def test_teacher_sorts_by_title_and_date_in_both_directions(desk: Page, stack: Stack) -> None:
    picker = open_picker(desk, stack, "Sorting")
    search(picker, "lecture 0")
    expect(media(picker).first).to_have_text("Lecture 00001: light")
    titles = _titles(picker)
    assert titles == sorted(titles)
    order = panel(picker).get_by_role("button", name="Order:")
    expect(order).to_have_accessible_name("Order: A to Z")
    order.click()
    expect(media(picker).first).to_have_text("Lecture 00200: scripts")
    expect(order).to_have_accessible_name("Order: Z to A")
    titles = _titles(picker)
    assert titles == sorted(titles, reverse=True)
    search(picker, "")
    panel(picker).get_by_label("Sort by").select_option(label="Date")
    expect(order).to_have_accessible_name("Order: Newest first")
    expect(media(picker).first).not_to_contain_text("Lecture")
    newest = _dates(picker)
    assert newest == sorted(newest, reverse=True)
    assert newest[0] > newest[-1]
    order.click()
    expect(order).to_have_accessible_name("Order: Oldest first")
    expect(media(picker).first).to_have_text("Lecture 00001: light")
    oldest = _dates(picker)
    assert oldest == sorted(oldest)
    assert oldest[0] < newest[0]
    # What was chosen in one tab is not what another tab shows.
    picker.get_by_role("tab", name="Course media").click()
    expect(panel(picker).get_by_role("button", name="Order:")).to_have_accessible_name("Order: A to Z")


def _dates(picker: Frame) -> list[datetime]:
    facts = panel(picker).get_by_text(re.compile(r"^(Video|Sound recording) · ")).all_text_contents()
    assert facts
    return [datetime.strptime(fact.split(" · ")[1], "%b %d, %Y") for fact in facts]  # noqa: DTZ007


def test_each_tab_shows_its_own_media_and_keeps_its_place(desk: Page, stack: Stack) -> None:
    picker = open_picker(desk, stack, "Tabs")
    search(picker, "guest lecture")
    expect(panel(picker).get_by_text("Nothing found for “guest lecture”.")).to_be_visible()
    picker.get_by_role("tab", name="Course media").click()
    search(picker, "guest lecture")
    expect(media(picker)).to_have_text(["Noor's guest lecture"])
    expect(panel(picker).get_by_role("list", name="Caption languages")).to_contain_text("German")
    picker.get_by_role("tab", name="My media").click()
    expect(panel(picker).get_by_text("Nothing found for “guest lecture”.")).to_be_visible()


def test_search_without_a_result_says_so_and_can_be_cleared(desk: Page, stack: Stack, accessible: AxeCheck) -> None:
    picker = open_picker(desk, stack, "No result")
    search(picker, "no such <b>thing</b>")
    expect(panel(picker).get_by_text("Nothing found for “no such <b>thing</b>”.")).to_be_visible()
    expect(picker.get_by_role("status").filter(has_text="Nothing found")).to_be_attached()
    expect(media(picker)).to_have_count(0)
    accessible(picker)
    panel(picker).get_by_role("button", name="Clear search").last.click()
    expect(media(picker)).to_have_count(30)
    expect(picker.get_by_role("searchbox", name="Search by title")).to_be_focused()


@pytest.fixture(scope="module")
def page_of_media(tilda: BrowserContext, stack: Stack) -> Iterator[Frame]:
    """The list, opened once for the tests that only look at cards."""
    with clean(tilda):
        page = tilda.new_page()
        yield open_picker(page, stack, "Cards")
        page.close()


@pytest.mark.parametrize(
    ("title", "chips"),
    [
        ("Silent film without captions", ["No captions"]),
        (
            "Lecture with automatic captions",
            ["English made by machine", "French made by machine still processing", "German made by machine failed"],
        ),
        ("Recorded on a phone", ["French (Canada)"]),
        ("Caption quirks", ["Italian", "Portuguese", "Dutch", "Swedish", "Danish", "Japanese", "+1 more"]),
    ],
)
def test_card_says_which_captions_there_are(page_of_media: Frame, title: str, chips: list[str]) -> None:
    search(page_of_media, title)
    card = panel(page_of_media).get_by_role("listitem").filter(has=page_of_media.get_by_role("heading", name=title))
    expect(card.get_by_role("listitem")).to_have_text(chips)


def test_titles_full_of_markup_and_odd_letters_stay_text(page_of_media: Frame, accessible: AxeCheck) -> None:
    picker = page_of_media
    asked: list[str] = []
    picker.page.on("dialog", lambda dialog: asked.append(dialog.message))
    markup = "<script>alert('title')</script> & <b>\"bold\"</b> \\ %22 {{ 7*7 }}"
    for words, title in (
        ("alert(", markup),
        ("Film night", "🎬 Film night 👩‍🎓🇫🇷 — ½ price"),
        ("صناعة", "مقدمة في صناعة الأفلام (الجزء الأول)"),
        ("IMG_0042", "Dolly zoom, explained"),
    ):
        search(picker, words)
        expect(media(picker)).to_have_text([title])
        picker.get_by_role("button", name=title, exact=True).click()
        dialog = picker.get_by_role("dialog")
        expect(dialog.get_by_role("heading", level=2)).to_have_text(title)
        expect(dialog.get_by_role("group", name="Captions to offer")).to_be_visible()
        picker.page.keyboard.press("Escape")
    # A title of 10,000 characters is cut for reading, in the list and everywhere else.
    search(picker, "endless endless")
    expect(media(picker)).to_have_text([re.compile("^(endless ?)+$")])
    assert len(_titles(picker)[0]) <= 300
    panel(picker).get_by_role("button", name="endless").click()
    expect(picker.get_by_role("dialog").get_by_role("group", name="Captions to offer")).to_be_visible()
    accessible(picker)
    picker.page.keyboard.press("Escape")
    assert not asked
    assert picker.locator("main b, main script").count() == 0


def test_right_to_left_title_is_laid_out_from_the_right(page_of_media: Frame) -> None:
    search(page_of_media, "صناعة")
    title = page_of_media.get_by_role("button", name=re.compile("صناعة"))
    expect(title).to_have_css("direction", "rtl")


def test_card_shows_length_date_and_an_icon_for_sound(page_of_media: Frame) -> None:
    picker = page_of_media
    search(picker, "hearing time")
    expect(media(picker)).to_have_text(["Podcast: hearing time pass"])
    expect(panel(picker).get_by_text(re.compile(r"^Sound recording · \w{3} \d+, 2025$"))).to_be_visible()
    assert panel(picker).locator("img").count() == 0
    search(picker, "clock works")
    expect(media(picker)).to_have_text(["How the clock works"])
    picker.wait_for_function("() => document.querySelector('main [role=tabpanel]:not([hidden]) img')?.naturalWidth > 0")


def test_student_sees_own_media_only(seat: Page, stack: Stack) -> None:
    seat.goto(f"{stack.canvas}/courses/17/discussion_topics/1")
    picker = press_button(seat, stack)
    connect(seat, picker)
    expect(picker.get_by_role("tab")).to_have_text(["My media", "My Studio media", "Upload", "Record"])
    expect(media(picker)).to_have_text(["Sam's screen recording"])
