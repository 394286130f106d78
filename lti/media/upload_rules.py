"""Which files may be uploaded: decided by name, announced type and size, before a byte is sent.

Studio's guide lists what it takes (``reference/studio.md`` 3.5); the list may be old, so it is configuration. WebM is
what browsers record: it is sent whatever the list says, with a warning.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Final

from lti.errors import N_, UploadQuota, UploadRefused, UploadTooLarge
from lti.model import Problem, UploadSource

_RECORDED: Final = "webm"
_GIGABYTE: Final = 1_000_000_000  # bytes
_SINGLE_PUT: Final = 5_000_000_000  # bytes; S3 takes no more in one PUT (reference/studio.md 3.6)
_BY_TYPE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "audio/mpeg": "mp3",
        "audio/wav": "wav",
        "audio/x-wav": "wav",
        "audio/x-ms-wma": "wma",
        "audio/webm": "webm",
        "video/3gpp": "3gp",
        "video/mp4": "mp4",
        "video/mpeg": "mpeg",
        "video/quicktime": "mov",
        "video/webm": "webm",
        "video/x-flv": "flv",
        "video/x-m4v": "m4v",
        "video/x-ms-asf": "asf",
        "video/x-ms-wmv": "wmv",
        "video/x-msvideo": "avi",
    }
)
PREPARING_FAILED: Final = Problem(
    "studio_processing",
    N_("Studio could not prepare this file: it may be damaged, or not be what its name says."),
    N_("Play the file on your computer. If it plays, convert it to MP4 and upload that."),
)
_LARGE: Final = Problem(
    "upload_large",
    N_("This file is larger than 5 GB, and Studio may refuse it."),
    N_("If it fails, make it smaller, for instance with a lower resolution."),
)
_WEBM: Final = Problem(
    "upload_webm",
    N_("Studio does not promise to accept WebM files."),
    N_("If it fails, convert the file to MP4 and upload that."),
)


@dataclass(frozen=True, slots=True)
class UploadRules:
    """What Studio takes, as it is configured."""

    formats: frozenset[str]  # filename extensions, lower case, without the dot
    largest: int  # bytes
    largest_recording: int = _SINGLE_PUT  # bytes
    most_unfinished: int = 100  # uploads of one person that Studio has not got yet
    most_bytes: int = 100_000_000_000  # of these together, as far as is known

    def most_of(self, source: UploadSource) -> int:
        """Give how many bytes one may have."""
        return min(self.largest, self.largest_recording) if source is UploadSource.RECORDING else self.largest

    def check(
        self, filename: str, content_type: str, length: int | None, source: UploadSource = UploadSource.FILE
    ) -> tuple[Problem, ...]:
        """Look at what is announced of a file.

        :param length: bytes; None when it is not known yet.
        :returns: warnings: it may be sent, and Studio may not like it.
        :raises UploadRefused: when it is of no kind that is taken, or empty.
        :raises UploadTooLarge: when it is larger than may be.
        """
        kind = self._kind(filename, content_type)
        if kind not in self.formats | {_RECORDED}:
            raise UploadRefused(f"kind {kind!r}", values={"formats": sorted(self.formats)})
        if length == 0:
            raise UploadRefused("no bytes", message=N_("This file is empty."), next_step=N_("Choose another file."))
        if length is not None and length > self.most_of(source):
            raise UploadTooLarge(f"{length} bytes of {self.most_of(source)}")
        warnings = []
        if kind == _RECORDED and _RECORDED not in self.formats:
            warnings.append(_WEBM)
        if length is not None and length > _SINGLE_PUT:
            warnings.append(_LARGE)
        return tuple(warnings)

    def check_quota(self, unfinished: int, held: int, length: int | None) -> None:
        """See whether a person may begin one more upload.

        :param unfinished: how many they have on their way; ``held``: bytes of these.
        :param length: bytes of the new one; None when it is not known yet.
        :raises UploadQuota: when that would be more than one person may have.
        """
        if unfinished >= self.most_unfinished:
            raise _over_quota(unfinished, held)
        self.room(unfinished, held, 1 if length is None else length)

    def room(self, unfinished: int, held: int, needed: int) -> int:
        """Give how many bytes more a person may bring.

        :param unfinished: as for :meth:`check_quota`.
        :param needed: bytes that are about to come.
        :raises UploadQuota: when these are too many.
        """
        left = self.most_bytes - held
        if left < needed:
            raise _over_quota(unfinished, held)
        return left

    @staticmethod
    def _kind(filename: str, content_type: str) -> str:
        suffix = PurePosixPath(filename.replace("\\", "/")).suffix.lower().removeprefix(".")
        return suffix or _BY_TYPE.get(content_type.partition(";")[0].strip().lower(), "")


def _over_quota(unfinished: int, held: int) -> UploadQuota:
    values = {"count": unfinished, "size": round(held / _GIGABYTE, 1)}
    return UploadQuota(f"{unfinished} uploads, {held} bytes", values=values)
