"""One tree of errors, each of which knows what to tell a person.

::

    CuedeckError
    ├── LaunchError                    a launch from the platform could not be taken
    │   ├── PlatformUnknown            issuer and client id are not registered here
    │   ├── LaunchRefused              the message is forged, stale, malformed or for someone else
    │   ├── LaunchConsumed             the login record is gone: reloaded, repeated or too old
    │   ├── BrowserNotProven           this browser is not the one that began the login
    │   ├── PlatformDeclined           the platform answered the login with an error
    │   └── PlatformKeysUnavailable    the platform's keys cannot be had
    ├── RegistrationError              an installation by one address could not be finished
    │   ├── InvitationNeeded           the address holds no invitation that can be used
    │   ├── RegistrationDistrusted     what the platform says of itself does not fit together
    │   ├── RegistrationRefused        the platform did not take the registration
    │   └── RegistrationTaken          this issuer and client id are registered already
    ├── SessionError                   a page's bearer token
    │   ├── SessionMissing             no token, or not one of ours
    │   ├── SessionExpired             it was ours, but its time is over
    │   └── NotAllowed                 the person may not do this
    ├── TooManyRequests                over a rate limit; later
    │   ├── TooManyFromPerson          one person asks too often
    │   └── TooManyFromInstitution     everyone of one institution together does
    ├── InputError                     what the page sent cannot be used
    │   ├── NotFound                   no such thing, or not for this person
    │   ├── TooLarge                   over a size limit
    │   └── AddressExpired             a signed address or one-time ticket is over
    ├── GrantError                     consent to act at Canvas (or Studio) for a person
    │   ├── GrantMissing               never given
    │   ├── GrantRevoked               given, and no longer valid
    │   ├── GrantScopeMissing          the developer key lacks a scope, or did at the consent
    │   ├── GrantRefused               the person said no
    │   ├── GrantWrongAccount          given by an account that is not the person of the launch
    │   └── ServiceNotConfigured       no API key was entered for this platform
    ├── RemoteError                    a call to Canvas (or Studio) failed
    │   ├── RemoteNotPermitted         the other side says this person may not
    │   ├── RemoteGone                 the other side does not have it
    │   ├── RemoteRejected             the other side found the request invalid
    │   ├── AutoCaptionsUnavailable    Studio's account has automatic captions switched off
    │   ├── RemoteThrottled            too many requests; later
    │   ├── RemoteUnavailable          down, too slow, cut off, or 5xx
    │   └── RemoteNonsense             the answer does not fit its schema
    ├── StorageUnavailable             our own database does not answer
    │   └── ChunksUnavailable          the store of upload data is full, read-only or away
    ├── UploadError                    an upload cannot go on like this
    │   ├── UploadRefused              Studio takes no such files
    │   ├── UploadTooLarge             larger than Studio takes, or than was announced
    │   ├── UploadOffsetWrong          the data does not go on where the upload stands
    │   ├── UploadBusy                 another connection sends data of this upload
    │   ├── UploadChecksumWrong        the data is not what its checksum says
    │   ├── UploadOver                 cancelled or expired
    │   ├── UploadNotNow               its state does not allow this
    │   │   └── CaptionsSent           its captions are on their way already
    │   ├── UploadDataLost             what we had of it is gone
    │   └── UploadStuck                Studio did not finish in days
    ├── CaptionError                   a caption text cannot be read
    ├── CaptioningError                an order for professional captions cannot be answered like this
    │   ├── AnswerTaken                it was answered, or somebody is answering it
    │   └── AnswerUnknown              an answer was sent, and nobody knows whether it was taken
    ├── CareError                      captions of a media cannot be changed like this
    │   ├── CaptionsChanged            somebody else changed them meanwhile
    │   ├── CaptionsTaken              there are captions in this language already
    │   ├── CaptionsFixed              they cannot be changed from here
    │   ├── CaptionsHalfWritten        something was lost while Canvas replaced the tracks
    │   └── CaptionsUncertain          nobody knows whether they were saved
    └── ConfigurationError             the installation itself is not right

Every error carries a stable ``code`` for programs, an HTTP ``status``, a ``message`` (a sentence for a person) and a
``next_step`` (what that person can do). ``detail`` is for the log only and never shown; it never holds a secret.
Messages are msgids: the web part translates them with gettext at the moment they are shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, TypeAlias


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for "mark, do not translate yet"
    """Mark a message for extraction without translating it."""
    return message


def NP_(context: str, message: str) -> tuple[str, str]:  # noqa: N802 - likewise
    """Mark a message that means something of its own in a context, for extraction with that context."""
    return context, message


class LanguageTag(str):
    """A BCP 47 tag among the values of a message: people are told the language's name."""

    __slots__ = ()


# What may be filled into a message: numbers and lists are written as its language does, words stay as they are. Values
# that were kept as JSON lose what kind of word they were, nothing else.
Filling: TypeAlias = str | int | float | Sequence[str]


class CuedeckError(Exception):
    """The root of everything that Cuedeck raises on purpose."""

    code: ClassVar[str] = "internal"
    status: ClassVar[int] = 500
    message: str = N_("Something went wrong on our side.")
    next_step: str = N_("Try again. If it happens again, tell your administrator what you were doing.")

    def __init__(
        self,
        detail: str = "",
        *,
        message: str | None = None,
        next_step: str | None = None,
        retry_after: float | None = None,
        values: Mapping[str, Filling] | None = None,
    ) -> None:
        """Say what happened.

        :param detail: for the log; never shown, never a secret.
        :param message: a sentence for a person in place of the class's own (a msgid).
        :param next_step: what to do, in place of the class's own (a msgid).
        :param retry_after: seconds after which trying again makes sense, where known.
        :param values: named values for ``%(name)s`` in ``message`` and ``next_step``, filled in after translation.
        """
        super().__init__(detail or message or self.message)
        self.detail = detail
        if message is not None:
            self.message = message
        if next_step is not None:
            self.next_step = next_step
        self.retry_after = retry_after
        self.values = dict(values or {})


# --- launch ---------------------------------------------------------------------------------------------------------


class LaunchError(CuedeckError):
    """A launch from the platform could not be taken."""

    code = "launch_failed"
    status = 400
    message = N_("This launch could not be opened.")
    next_step = N_("Close this, go back to Canvas and press the button again.")


class PlatformUnknown(LaunchError):
    """Raised when issuer and client id (or the deployment) are not registered here."""

    code = "platform_unknown"
    status = 403
    message = N_("This Canvas is not registered with Cuedeck.")
    next_step = N_("Ask your Canvas administrator to finish the installation.")


class LaunchRefused(LaunchError):
    """Raised when a message is forged, stale, malformed, or meant for someone else."""

    code = "launch_refused"
    status = 401
    message = N_("Cuedeck could not verify that this launch came from Canvas.")


class LaunchConsumed(LaunchError):
    """Raised when the single-use login record is gone: a reload, a repeat, or more than five minutes."""

    code = "launch_consumed"
    status = 409
    message = N_("This launch was opened before, or waited too long.")
    next_step = N_("Open it again from Canvas.")


class BrowserNotProven(LaunchError):
    """Raised when the browser that finishes a launch cannot show that it began it."""

    code = "browser_not_proven"
    status = 403
    message = N_("Cuedeck could not confirm that this browser started the launch.")
    next_step = N_(
        "Open it again from Canvas. If it happens again, allow cookies for this site or try another browser."
    )


class PlatformDeclined(LaunchError):
    """Raised when the platform answers the login with an ``error`` (``login_required``, say)."""

    code = "platform_declined"
    status = 400
    message = N_("Canvas did not complete the launch.")
    next_step = N_("Make sure that you are logged in to Canvas in this browser, then open it again.")


class PlatformKeysUnavailable(LaunchError):
    """Raised when the platform's key set cannot be fetched or read, and no usable copy is held."""

    code = "platform_keys_unavailable"
    status = 503
    message = N_("Canvas's signing keys could not be fetched, so this launch cannot be verified.")
    next_step = N_("Wait a minute and open it again from Canvas.")


# --- registration -----------------------------------------------------------------------------------------------------


class RegistrationError(CuedeckError):
    """An installation by one address (dynamic registration) could not be finished."""

    code = "registration_failed"
    status = 400
    message = N_("Cuedeck could not be installed.")
    next_step = N_("Close this, and in Canvas enter the registration address again.")


class InvitationNeeded(RegistrationError):
    """Raised when the address holds no invitation, or one that was used, revoked or is over."""

    code = "invitation_needed"
    status = 403
    message = N_("This installation address is not valid, was used before, or has expired.")
    next_step = N_("Ask whoever runs Cuedeck for a new address, and enter it in Canvas.")


class RegistrationDistrusted(RegistrationError):
    """Raised when the platform's description of itself is incomplete or its addresses do not belong together."""

    code = "registration_distrusted"
    status = 422
    message = N_("What this Canvas says about itself does not fit together, so nothing was installed.")
    next_step = N_("Make sure that you began in Canvas. If you did, ask whoever runs Cuedeck to register it by hand.")


class RegistrationRefused(RegistrationError):
    """Raised when the platform does not take the registration."""

    code = "registration_refused"
    status = 502
    message = N_("Canvas did not accept the installation.")


class RegistrationTaken(RegistrationError):
    """Raised when the issuer and client id are registered already: an invitation never changes what is there."""

    code = "registration_taken"
    status = 409
    message = N_("This Canvas key is registered with Cuedeck already.")
    next_step = N_("Ask whoever runs Cuedeck to look at the list of platforms.")


# --- session --------------------------------------------------------------------------------------------------------


class SessionError(CuedeckError):
    """A page's bearer token cannot be used."""

    code = "session"
    status = 401
    message = N_("This page has no valid session.")
    next_step = N_("Open Cuedeck again from Canvas.")


class SessionMissing(SessionError):
    """Raised when there is no token, or it is not one of ours."""

    code = "session_missing"


class SessionExpired(SessionError):
    """Raised when the token was ours, but its time is over."""

    code = "session_expired"
    message = N_("This page was open for too long and its session has ended.")


class NotAllowed(SessionError):
    """Raised when the person may not do this here."""

    code = "not_allowed"
    status = 403
    message = N_("You are not allowed to do this here.")
    next_step = N_("If you think you should be, ask the teacher or your administrator.")


# --- rates ----------------------------------------------------------------------------------------------------------


class TooManyRequests(CuedeckError):
    """Over a rate limit; ``retry_after`` says when it is right again."""

    code = "too_many_requests"
    status = 429
    message = N_("Cuedeck was asked too often within a minute.")
    next_step = N_("Wait a minute, then try again. Nothing was lost.")


class TooManyFromPerson(TooManyRequests):
    """Raised when one person asks too often."""

    message = N_("You have used Cuedeck very often within a minute.")


class TooManyFromInstitution(TooManyRequests):
    """Raised when everyone of one institution together asks too often."""

    message = N_("Very many people of your school are using Cuedeck at this moment.")
    next_step = N_("Wait a minute, then try again. Nothing was lost. If it happens often, tell your administrator.")


# --- input ----------------------------------------------------------------------------------------------------------


class InputError(CuedeckError):
    """What the page sent cannot be used."""

    code = "input_invalid"
    status = 422
    message = N_("Something in the request was missing or not understood.")
    next_step = N_("Reload the page and try again.")


class NotFound(InputError):
    """Raised for what does not exist, or is not for this person: the two look the same from outside."""

    code = "not_found"
    status = 404
    message = N_("There is nothing here.")
    next_step = N_("Go back, or open Cuedeck again from Canvas.")


class TooLarge(InputError):
    """Raised when a body or field is over its limit."""

    code = "too_large"
    status = 413
    message = N_("What was sent is too large.")
    next_step = N_("Send less at once.")


class AddressExpired(InputError):
    """Raised when a signed address or a one-time ticket is over or was used."""

    code = "address_expired"
    status = 410
    message = N_("This address has expired or was used before.")
    next_step = N_("Go back to the page that you came from and try again.")


# --- grants ---------------------------------------------------------------------------------------------------------


class GrantError(CuedeckError):
    """A person's consent to act for them at Canvas cannot be used."""

    code = "grant"
    status = 403
    message = N_("Cuedeck is not connected to your Canvas account.")
    next_step = N_("Connect Canvas, then try again.")


class GrantMissing(GrantError):
    """Raised when consent was never given."""

    code = "grant_missing"


class GrantRevoked(GrantError):
    """Raised when consent was given once, and the other side no longer honours it."""

    code = "grant_revoked"
    message = N_("The connection to your Canvas account has ended.")
    next_step = N_("Connect Canvas again, then try again.")


class GrantScopeMissing(GrantError):
    """Raised when a scope is missing: the developer key lacks it, or did when the person consented."""

    code = "grant_scope_missing"
    message = N_("Canvas does not let Cuedeck use a function that it needs.")
    next_step = N_(
        "Ask your Canvas administrator to allow all the listed scopes on the Cuedeck API key. If they are allowed "
        "already, your permission is older than that: remove Cuedeck under Approved Integrations in your Canvas "
        "settings, then connect Canvas again here."
    )


class GrantRefused(GrantError):
    """Raised when the person (or Canvas) refused consent."""

    code = "grant_refused"
    message = N_("Canvas was not connected, because access was not granted.")
    next_step = N_("Press Connect Canvas again and choose Authorize.")


class GrantWrongAccount(GrantError):
    """Raised when the account that consented is not the person of the launch."""

    code = "grant_wrong_account"
    message = N_("The Canvas account that gave access is not the one that opened Cuedeck.")
    next_step = N_("Log out of Canvas in this browser, log in as yourself, and connect again.")


class ServiceNotConfigured(GrantError):
    """Raised when no API key was entered for this platform."""

    code = "service_not_configured"
    status = 409
    message = N_("Cuedeck has no Canvas API key for this school yet.")
    next_step = N_("Ask your Canvas administrator to enter it.")


# --- remote ---------------------------------------------------------------------------------------------------------


class RemoteError(CuedeckError):
    """A call to Canvas failed."""

    code = "remote"
    status = 502
    message = N_("Canvas could not be asked.")
    next_step = N_("Wait a moment and try again.")


class RemoteNotPermitted(RemoteError):
    """Raised when the other side says that this person may not, or does not know the thing (Canvas says the same)."""

    code = "remote_not_permitted"
    status = 403
    message = N_("Canvas does not let you see or do this.")
    next_step = N_("If you think you should, ask the teacher or your administrator.")


class RemoteGone(RemoteError):
    """Raised when the other side does not have it (any more)."""

    code = "remote_gone"
    status = 404
    message = N_("Canvas does not have this any more.")
    next_step = N_("Choose something else.")


class RemoteRejected(RemoteError):
    """Raised when the other side found the request invalid."""

    code = "remote_rejected"
    status = 422
    message = N_("Canvas did not accept this.")
    next_step = N_("Change it and try again.")


class AutoCaptionsUnavailable(RemoteError):
    """Raised when automatic captions were asked for and the Studio account has them off (501): nothing was done."""

    code = "auto_captions_unavailable"
    status = 409
    message = N_("Automatic captions are switched off in your Studio.")
    next_step = N_("Do without them, or ask your administrator.")


class RemoteThrottled(RemoteError):
    """Raised when the other side asks us to slow down, after our own patience is over."""

    code = "remote_throttled"
    status = 503
    message = N_("Canvas is receiving too many requests just now.")


class RemoteUnavailable(RemoteError):
    """Raised when the other side is down, too slow, cut off, or answers 5xx."""

    code = "remote_unavailable"
    status = 503
    message = N_("Canvas does not answer just now.")


class RemoteNonsense(RemoteError):
    """Raised when an answer does not fit its schema: broken JSON, HTML, missing members."""

    code = "remote_nonsense"
    message = N_("Canvas answered something that Cuedeck does not understand.")
    next_step = N_("Try again. If it happens again, tell your administrator.")


# --- storage, captions, configuration -------------------------------------------------------------------------------


class StorageUnavailable(CuedeckError):
    """Raised when our own database is away, locked for too long, or full."""

    code = "storage_unavailable"
    status = 503
    message = N_("Cuedeck cannot reach its own data just now.")
    next_step = N_("Wait a moment and try again. Nothing that was saved is lost.")


class ChunksUnavailable(StorageUnavailable):
    """Raised when the store of upload data is full, read-only or away; nothing that was stored is lost by it."""

    code = "chunks_unavailable"
    message = N_("Cuedeck cannot keep upload data just now.")
    next_step = N_("Wait a moment and go on with the upload. What has arrived is kept.")


class UploadError(CuedeckError):
    """An upload cannot go on like this."""

    code = "upload"
    status = 422
    message = N_("This file cannot be uploaded.")
    next_step = N_("Choose another file.")


class UploadRefused(UploadError):
    """Raised before a byte is sent, for a file of a kind that Studio does not take."""

    code = "upload_refused"
    status = 415
    message = N_("Studio does not accept files of this kind.")
    next_step = N_("Choose a file of one of these kinds: %(formats)s.")


class UploadTooLarge(UploadError):
    """Raised for a file that is larger than Studio takes, and for data beyond the announced length."""

    code = "upload_too_large"
    status = 413
    message = N_("This file is too large.")
    next_step = N_("Make it smaller, for instance with a lower resolution, or upload it in parts.")


class UploadQuota(UploadError):
    """Raised when a person has as much on its way as one person may have here. 429: later it is possible."""

    code = "upload_quota"
    status = 429
    message = N_(
        "You have as much on its way to Studio as one person may have (uploads: %(count)s, data: %(size)s GB)."
    )
    next_step = N_("Wait until Studio has some of them, or cancel those that you do not need. Then try again.")


class UploadOffsetWrong(UploadError):
    """Raised when data does not begin where the upload stands."""

    code = "upload_offset"
    status = 409
    message = N_("The upload stands at another place than this data.")
    next_step = N_("Ask where it stands and go on from there.")


class UploadBusy(UploadError):
    """Raised when another connection is sending data of the same upload."""

    code = "upload_busy"
    status = 423
    message = N_("Data of this upload is arriving on another connection.")
    next_step = N_("Wait a few seconds and go on.")


class UploadChecksumWrong(UploadError):
    """Raised when data is not what its checksum says; the data is dropped. 460 is tus's own status."""

    code = "upload_checksum"
    status = 460
    message = N_("Part of the file was damaged on its way.")
    next_step = N_("Send that part again.")


class UploadOver(UploadError):
    """Raised for an upload that was cancelled or has expired."""

    code = "upload_over"
    status = 410
    message = N_("This upload was cancelled or has expired.")
    next_step = N_("Upload the file again.")


class UploadNotNow(UploadError):
    """Raised when the state of an upload does not allow what was asked."""

    code = "upload_not_now"
    status = 409
    message = N_("This is not possible at this point of the upload.")
    next_step = N_("Look at the upload again.")


class CaptionsSent(UploadNotNow):
    """Raised when a caption file came after the others of its upload had been sent."""

    code = "upload_captions_sent"
    message = N_("This upload has gone on to Studio without these captions.")
    next_step = N_("Open it once it is ready, and add them there.")


class UploadDataLost(UploadError):
    """Raised when data that we had stored is gone."""

    code = "upload_data_lost"
    status = 500
    message = N_("Part of this file is missing from Cuedeck's storage.")
    next_step = N_("Upload the file again, and tell your administrator.")


class UploadStuck(UploadError):
    """Raised when Studio did not finish with an upload in days."""

    code = "upload_stuck"
    status = 504
    message = N_("Studio did not finish with this file.")
    next_step = N_("Look in Studio whether it is there. If it is not, try again.")


class CaptionError(CuedeckError):
    """Raised when a caption text cannot be read."""

    code = "caption_unreadable"
    status = 422
    message = N_("This caption text cannot be read.")
    next_step = N_("Check the file, or choose another track.")

    def __init__(self, detail: str, *, line: int | None = None, cue: int | None = None) -> None:
        """Say where it failed.

        :param detail: the reason, for the log and the caption pages (a msgid).
        :param line: 1-based line of the text.
        :param cue: 1-based number of the cue.
        """
        super().__init__(detail)
        self.reason = detail
        self.line = line
        self.cue = cue


class CaptioningError(CuedeckError):
    """An order for professional captions cannot be answered like this."""

    code = "captioning"
    status = 409
    message = N_("This order cannot be answered like this.")
    next_step = N_("Reload the list and look at the order again.")


class AnswerTaken(CaptioningError):
    """Raised when an order was answered, or somebody is answering it: nothing was sent."""

    code = "answer_taken"
    message = N_("Somebody else has answered this order already.")
    next_step = N_("Nothing was sent. Look into the history: it says who answered, and with what.")


class AnswerUnknown(CaptioningError):
    """Raised when an answer was sent and the connection broke: Studio may have taken it."""

    code = "answer_unknown"
    status = 502
    message = N_("The answer was sent, but Studio did not confirm it. Nobody knows yet whether it counts.")
    next_step = N_("Look at the order in Studio. If it is still open there, send the answer again from here.")


# --- looking after captions -----------------------------------------------------------------------------------------


class CareError(CuedeckError):
    """Captions of a media cannot be changed like this."""

    code = "captions"
    status = 409
    message = N_("These captions cannot be changed like this.")
    next_step = N_("Open the captions again.")


class CaptionsChanged(CareError):
    """Raised when a track is not any more what a person began with."""

    code = "captions_changed"
    message = N_("Somebody else has changed these captions since you opened them.")
    next_step = N_("Compare the two, and choose what is to stay. Nothing has been saved yet.")


class CaptionsTaken(CareError):
    """Raised when a track would take the place of another one in the same language, and nobody said that it should."""

    code = "captions_taken"
    message = N_("There are captions in this language already.")
    next_step = N_("Replace them, or choose another language.")


class CaptionsFixed(CareError):
    """Raised when the catalogue, or the state of a track, does not allow a change from here."""

    code = "captions_fixed"
    message = N_("These captions cannot be changed from here.")
    next_step = N_("Download them, and add the changed file as new captions.")


class CaptionsHalfWritten(CareError):
    """Raised when Canvas, which replaces tracks one after the other, lost some and then stopped."""

    code = "captions_half_written"
    status = 502
    message = N_("Canvas stopped in the middle of saving, and captions that were there are gone: %(languages)s.")
    next_step = N_("Put them back: Cuedeck kept their text. What you have written is still here.")


class CaptionsUncertain(CareError):
    """Raised when no answer came, and looking whether a change took place failed as well."""

    code = "captions_uncertain"
    status = 502
    message = N_("Canvas did not answer, so Cuedeck does not know whether the captions were saved.")
    next_step = N_("Wait a moment and save again. What you have written is still here.")


class ConfigurationError(CuedeckError):
    """Raised at start when the installation is not right; the detail names the setting and the mend."""

    code = "configuration"
