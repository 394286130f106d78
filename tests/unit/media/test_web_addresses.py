"""Where Studio is sent to fetch media: public web addresses and nowhere else, whatever way they are written in."""

from __future__ import annotations

import pytest

from lti.media.web_addresses import AddressRefused, check_address, external_site


@pytest.mark.parametrize(
    "address",
    [
        "https://videos.example.org/lecture.mp4",
        " http://videos.example.org:8080/a%20b.mp4?token=x#t=10 ",
        "https://93.184.216.34/a.mp4",
        "https://[2606:2800:220:1:248:1893:25c8:1946]/a.mp4",
        "https://bücher.example.org/überblick.mp4",
        "HTTPS://Videos.Example.ORG./a.mp4",
    ],
)
def test_public_address_is_taken_as_it_was_written(address: str) -> None:
    assert check_address(address) == address.strip()


@pytest.mark.parametrize(
    "address",
    [
        "", "   ", "lecture.mp4", "videos.example.org/a.mp4", "//videos.example.org/a.mp4", "https://", "https:///a",
        "ftp://videos.example.org/a.mp4", "file:///etc/passwd", "javascript:alert(1)", "data:video/mp4;base64,AAAA",
        "https://user:secret@videos.example.org/a.mp4", "https://videos.example.org@evil.example.net/",
        "https://videos.example.org/a b.mp4", "https://videos.example.org\\@evil.net/", "https://a\nb.example.org/",
        "https://videos.example.org:99999/a", "https://videos.example.org:x/a", "https://[::1/a", "https://a" * 500,
    ],
)  # fmt: skip
def test_what_is_no_web_address_is_refused_with_a_next_step(address: str) -> None:
    with pytest.raises(AddressRefused) as caught:
        check_address(address)
    assert caught.value.message
    assert caught.value.next_step
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "host",
    [
        "localhost", "LOCALHOST.", "printer", "nas.local", "studio.internal", "a.corp", "router.lan", "x.home.arpa",
        "127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "0", "10.0.0.8", "172.16.0.1", "192.168.1.1",
        "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1", "255.255.255.255",
        "[::1]", "[::]", "[fe80::1]", "[fd00::1]", "[::ffff:127.0.0.1]", "[::ffff:10.0.0.1]",
        "\uff11\uff12\uff17.\uff10.\uff10.\uff11", "127\u30020\u30020\u30021",
        "\u24db\u24de\u24d2\u24d0\u24db\u24d7\u24de\u24e2\u24e3",
    ],
)  # fmt: skip
def test_private_network_is_refused_in_whatever_way_it_is_written(host: str) -> None:
    for scheme in ("http", "https"):
        with pytest.raises(AddressRefused):
            check_address(f"{scheme}://{host}/a.mp4")


@pytest.mark.parametrize(
    ("address", "site"),
    [
        ("https://www.youtube.com/watch?v=a", "YouTube"),
        ("https://youtu.be/a", "YouTube"),
        ("https://m.youtube.com/watch?v=a", "YouTube"),
        ("https://player.vimeo.com/video/1", "Vimeo"),
        ("https://VIMEO.com./1", "Vimeo"),
        ("https://videos.example.org/youtube.com/a.mp4", None),
        ("https://youtube.com.evil.example.net/a", None),
        ("https://notyoutube.com/a", None),
    ],
)
def test_sites_whose_media_stay_there_are_known_by_their_host(address: str, site: str | None) -> None:
    assert external_site(check_address(address)) == site
