"""Mending recordings: what a browser wrote becomes a file with a length and an index, before Studio gets it.

The reading of foreign bytes is left to a child process (``recording_mender.py``), which gets nothing but these bytes.
Safe to repeat: what it made counts when the new chunks stand in place of the old ones, in one transaction; whoever dies
before that leaves objects behind that nobody reads, and the next worker begins again.
"""

from __future__ import annotations

import contextlib
import json
import logging
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from lti.errors import N_, ChunksUnavailable, UploadDataLost, UploadError
from lti.media.claims import Claim, ClaimLost
from lti.model import Problem, Upload, UploadState
from lti.store import Chunk, ChunkStore, Store

_log = logging.getLogger(__name__)

MENDER: Final = Path(__file__).with_name("recording_mender.py")
_LONGEST: Final = 3600.0  # seconds
_GROWTH: Final = 64 << 20  # bytes that a mended file may be larger than twice the old one
_KILLS: Final = 3  # times that the child may be killed by others before its input is thought to be the reason
_PIECE: Final = 1 << 20  # bytes
_RETRY_AFTER: Final = 5.0  # seconds
_NOT_MENDED: Final = Problem(
    "recording_not_mended",
    N_("This recording could not be made ready, so Studio gets it as the browser made it."),
    N_("If its length is missing or it cannot be wound there, record in another browser."),
)


class RecordingNotTrimmed(UploadError):
    """Raised when parts of a recording are to be left out and it cannot be read: nobody gets what was cut away."""

    code = "recording_not_trimmed"
    status = 422
    message = N_("This recording could not be trimmed, so it was not sent to Studio.")
    next_step = N_("Record it again in another browser, or tell your administrator.")


@dataclass(frozen=True, slots=True)
class Mended:
    """A file as it came back from the child."""

    path: Path
    seconds: float


class RecordingMending:
    """The step between ``received`` and ``sending``."""

    def __init__(self, store: Store, chunks: ChunkStore, *, mender: Path = MENDER, longest: float = _LONGEST) -> None:
        """Take the parts.

        :param mender: the program that is run.
        :param longest: seconds that it may take.
        """
        self._data = store.uploads.data
        self._chunks = chunks
        self._mender = mender
        self._longest = longest

    def mend(self, upload: Upload, claim: Claim) -> None:
        """Mend a recording that is ``mending``: it is ``sending`` afterwards.

        :raises ClaimLost: when it is another's by now.
        :raises RecordingNotTrimmed: when it cannot be read, and something of it is to be left out.
        :raises UploadDataLost: when not all of it is here.
        :raises ChunksUnavailable: when there is no room, or the child was killed.
        """
        old = self._data.chunks(upload.id)
        length = sum(chunk.size for chunk in old)
        if length != upload.length:
            raise UploadDataLost(f"{length} bytes of {upload.length}")
        with _folder() as folder:
            made = self._run(folder, upload, old, length, claim)
            if made is None:
                self._count(upload, claim, old, None, upload.seconds, _NOT_MENDED)
                return
            new = self._store(upload.id, made.path, claim)
        try:
            self._count(upload, claim, old, new, made.seconds, None)
        except ClaimLost:
            self._chunks.drop(upload.id, new)
            raise
        with contextlib.suppress(ChunksUnavailable):  # they go with the upload otherwise
            self._chunks.drop(upload.id, old)

    def _count(
        self,
        upload: Upload,
        claim: Claim,
        old: list[Chunk],
        new: list[Chunk] | None,
        seconds: float | None,
        note: Problem | None,
    ) -> None:
        chunks = old if new is None else new
        if not self._data.replace(upload.id, claim.holder, UploadState.MENDING, chunks, seconds=seconds, note=note):
            raise ClaimLost(upload.id)

    def _run(self, folder: Path, upload: Upload, old: list[Chunk], length: int, claim: Claim) -> Mended | None:
        """Have the child mend it.

        :returns: None where it cannot read it.
        """
        trim = [str(upload.trim_start or 0.0), "" if upload.trim_end is None else str(upload.trim_end)]
        command = [sys.executable, "-I", str(self._mender), str(folder), str(2 * length + _GROWTH), *trim]
        with (folder / "words").open("w+b") as words:
            # An empty environment: no secret of ours is where foreign bytes are read.
            process = subprocess.Popen(  # noqa: S603 - our own program
                command, cwd=folder, env={}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=words
            )
            timer = threading.Timer(self._longest, process.kill)
            timer.start()
            try:
                answer = self._feed(process, self._chunks.read(upload.id, old), claim)
            finally:
                timer.cancel()
                process.kill()
                process.wait()
            words.seek(0)
            said = words.read(1000).decode(errors="replace").strip()
        if process.returncode == 0:
            return Mended(folder / "mended", float(json.loads(answer)["seconds"]))
        _log.info("recording %s was not mended, %s: %s", upload.id, process.returncode, said)
        if process.returncode < 0 and upload.attempts < _KILLS:
            raise ChunksUnavailable(f"the mender ended by signal {-process.returncode}", retry_after=_RETRY_AFTER)
        if upload.trim_start or upload.trim_end is not None:
            raise RecordingNotTrimmed(said)
        return None

    @staticmethod
    def _feed(process: subprocess.Popen[bytes], pieces: Iterator[bytes], claim: Claim) -> bytes:
        """Write everything to the child, and read what it says in the end."""
        given, said = process.stdin, process.stdout
        if given is None or said is None:
            raise ValueError("the child has no pipes")
        with said:
            with contextlib.suppress(BrokenPipeError), given:  # it has all that it needs, or cannot read it
                for piece in pieces:
                    claim.check()
                    given.write(piece)
            answer = said.read()
            process.wait()
        return answer

    def _store(self, upload_id: str, path: Path, claim: Claim) -> list[Chunk]:
        """Write the new file into the chunk store."""
        new: list[Chunk] = []
        try:
            with path.open("rb") as file:
                while chunk := self._object(upload_id, file, sum(each.size for each in new), claim):
                    new.append(chunk)
        except BaseException:
            with contextlib.suppress(ChunksUnavailable):
                self._chunks.drop(upload_id, new)
            raise
        return new

    def _object(self, upload_id: str, file: BinaryIO, first: int, claim: Claim) -> Chunk | None:
        piece = file.read(min(_PIECE, self._chunks.limit))
        if not piece:
            return None
        writer = self._chunks.begin(upload_id, first)
        try:
            written = 0
            while piece:
                claim.check()
                writer.write(piece)
                written += len(piece)
                piece = file.read(min(_PIECE, self._chunks.limit - written))
        except BaseException:
            writer.discard()
            raise
        return writer.commit()


@contextlib.contextmanager
def _folder() -> Iterator[Path]:
    """Give a folder for a moment, on the disk that ``TMPDIR`` names."""
    try:
        with tempfile.TemporaryDirectory(prefix="cuedeck-") as name:
            yield Path(name)
    except OSError as error:
        raise ChunksUnavailable(f"no room to mend: {error}", retry_after=_RETRY_AFTER) from error
