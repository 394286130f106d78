"""The LTI addresses of a launch: login initiation, launch, our key set.

The steps of a launch stand apart on purpose (``docs/architecture.md``): the message is verified first, so that a forged
one cannot burn a login; then it is compared with the login's record, then the browser's proof is; then the record is
taken, once. Only with that does anything of the product happen (``opening``). A browser that brought no cookie, where
the platform offers storage, gets its page in two more steps: ``/lti/proof`` and ``/lti/open``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from flask import Blueprint, Response, request

from lti.errors import N_, LaunchConsumed, LaunchRefused, PlatformDeclined
from lti.model import Launch
from lti.protocol.launch import check_answer
from lti.protocol.login import begin, choose_platform, read_initiation, read_storage_target
from lti.protocol.states import LOGIN_SECONDS
from lti.web import cookies
from lti.web.answer import Answer
from lti.web.answered import Answered
from lti.web.forms import read_form
from lti.web.guard import Guard
from lti.web.held import HeldLaunches
from lti.web.interim import Interim
from lti.web.look import look_of
from lti.web.opening import Opening, framers
from lti.web.parts import Parts
from lti.web.requests import LARGEST_LAUNCH, facts, this_request
from lti.web.wire import ProofRequest, json_response, read_json

_LARGEST_PROOF: Final = 4096  # bytes
_KEY_SET_CACHING: Final = "public, max-age=300"  # Canvas's own cache time; a new key is published before it signs


def blueprint(parts: Parts, guard: Guard) -> Blueprint:
    """Make the blueprint."""
    lti = Blueprint("lti", __name__)
    opening, interim, held = Opening(parts), Interim(parts), HeldLaunches(parts.store)
    launch_url = f"{parts.base_url}/lti/launch"

    @lti.route("/lti/login", methods=["GET", "POST"])
    @guard.public
    def login() -> Response:
        """Begin: send the browser to the platform, with a proof that it must bring back."""
        asked = this_request()
        asked.max_content_length = LARGEST_LAUNCH
        fields = read_form(asked) if asked.method == "POST" else dict(asked.args.lists())
        initiation = read_initiation(fields)
        platform = choose_platform(parts.store.platforms.find(initiation.issuer, initiation.client_id), initiation)
        facts().platform = platform
        parts.limits.login(platform)
        begun = begin(initiation, platform, parts.states, redirect_uri=launch_url, our_origin=parts.base_url)
        target = initiation.storage_target
        if target is None or cookies.are_kept():
            answer: Response = Answer(status=302, headers=[("Location", begun.url)])
        else:
            answer = interim.login(initiation, platform, begun, target=target, cookie=cookies.WORKING)
            cookies.try_to_keep(answer, LOGIN_SECONDS)
        cookies.set_proof(answer, begun.state, begun.proof, LOGIN_SECONDS)
        return answer

    @lti.post("/lti/launch")
    @guard.public
    def launch() -> Response:
        """Finish: verify what the platform says, and open the page that it is about."""
        asked = this_request()
        asked.max_content_length = LARGEST_LAUNCH
        form = read_form(asked)
        if form.get("error") == ["login_required"]:
            _offer_canvas(form)
        _raise_declined(form)
        id_token, state = _field(form, "id_token"), _field(form, "state")
        verified = parts.verifier.verify(id_token)
        _note(verified.launch)
        parts.limits.launch(verified.launch.platform, verified.launch.subject)
        login = Answered(state, check_answer(verified, parts.states.open(state)), parts.store)
        proof = cookies.find_proof(state)
        target = read_storage_target(form.get("lti_storage_target", ()))
        if proof is None and target is not None:
            login.take()
            facts().outcome = "proof_asked"
            answer = interim.prove(verified.launch, state, held.hold(verified.launch, login.record), target=target)
            cookies.forget_kept(answer)
            return answer
        login.prove(proof)
        answer = opening.open(verified.launch, login)
        facts().outcome = "opened"
        cookies.set_proof(answer, state, "", 0)  # the state is one of ours: it was signed
        if target is not None:
            cookies.remember_kept(answer)
        return answer

    @lti.post("/lti/proof")
    @guard.public  # the id says which launch is meant, and it and the proof are good once
    def prove() -> Response:
        """Compare the proof that a page found in Platform Storage with the login of the launch that is held for it."""
        request.max_content_length = _LARGEST_PROOF
        # A header of our own and JSON: no page of another site can make this call without our leave (CORS).
        if request.headers.get("X-Cuedeck-Page") != "prove" or request.mimetype != "application/json":
            raise LaunchRefused("not a call of our own page")
        _refuse_others(parts.base_url)
        body = read_json(request, ProofRequest)
        return json_response({"token": held.prove(body.launch, body.proof)})

    @lti.post("/lti/open")
    @guard.public  # the token says which launch is meant, and is good once
    def open_proven() -> Response:
        """Open the page of a launch whose proof was right.

        Only for our own page: a token that somebody got in their own browser must not open their launch in another's.
        """
        request.max_content_length = _LARGEST_PROOF
        _refuse_others(parts.base_url)
        proven = held.open(_field(read_form(request), "token"))
        _note(proven)
        answer = opening.open(proven)
        facts().outcome = "opened"
        return answer

    def _offer_canvas(form: Mapping[str, Sequence[str]]) -> None:
        """Let the page of the error open Canvas in a window of its own, where its cookies are not a third party's.

        Only the Canvas that this login went to: the state is ours, nothing else that was posted is used.
        """
        record = parts.states.open(form.get("state", ("",))[0])
        platform = parts.store.platforms.get(record.platform_id) if record is not None else None
        if platform is not None:
            facts().platform = platform
            facts().elsewhere = platform.canvas_url

    def _note(launch: Launch) -> None:
        found = facts()
        found.platform = launch.platform
        found.language = parts.localizations.choose(launch.locale)
        found.look = look_of(launch.custom)
        found.framed_by = framers(launch)

    @lti.get("/.well-known/jwks.json")
    @guard.public
    def key_set() -> Response:
        """Give the public halves of our keys: Canvas asks during each deep-linking return, so this must be quick."""
        answer = json_response(parts.keys.jwks(), content_type="application/jwk-set+json")
        answer.headers["Cache-Control"] = _KEY_SET_CACHING
        return answer

    return lti


# Canvas's words for why it did not launch (reference/canvas.md 2.2), where we can say more than that it did not.
_DECLINED: Final = {
    "login_required": N_(
        "Canvas did not see that you are logged in. Open Canvas in a new window, log in there if it asks, and open "
        "Cuedeck from there."
    ),
    "unauthorized_client": N_("Ask your Canvas administrator to switch the Cuedeck key on for this account."),
    "invalid_request_object": N_("Ask your Canvas administrator to check the installation of Cuedeck."),
}


def _raise_declined(form: Mapping[str, Sequence[str]]) -> None:
    """Turn an error that the platform posts in place of a token into one of ours.

    Nothing that was posted is shown: anyone can post it.
    """
    error = form.get("error", ("",))[0]
    if not error:
        return
    if error == "launch_no_longer_valid":
        raise LaunchConsumed("the platform says: launch_no_longer_valid")
    raise PlatformDeclined(
        f"the platform says: {error[:100]!r}", next_step=_DECLINED.get(error, PlatformDeclined.next_step)
    )


def _field(form: Mapping[str, Sequence[str]], name: str) -> str:
    values = form.get(name, ())
    if len(values) != 1 or not values[0]:
        raise LaunchRefused(f"{name} is missing or repeated")
    return values[0]


def _refuse_others(our_origin: str) -> None:
    """Refuse what a page of another origin sends. Every browser says the origin of a POST, and no script can change it.

    :raises LaunchRefused: if the origin is another, opaque, or not said.
    """
    if request.headers.get("Origin") != our_origin:
        raise LaunchRefused("not sent by our own page")
