"""Canvas's feature flags and settings, as far as a client can see them (reference 1.4-1.12, 6)."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.common.behaviour import Changeable


@dataclass
class Behaviour(Changeable):
    """What differs between one Canvas and another. Defaults are the newest known behaviour."""

    unauthorized_status: int = 403  # flag api_auth_error_updates; 401 before it
    name_revoked_tokens: bool = True  # "Revoked access token." instead of "Invalid access token."
    redirect_on_token_error: bool = False  # legacy: errors of the token call are a 302 to redirect_uri
    silent_caption_refusal: bool = True  # PUT media_tracks without rights: empty 204; else the unauthorized response
    authenticated_sources: bool = False  # flag authenticated_iframe_content: sources are Canvas redirects
    track_states: bool = True  # the asr and workflow_state fields of the ASR-era tracks
    file_verifiers: bool = True  # file addresses of the API carry verifier=
    media_path: str = "media_attachments"  # what Link headers point at, whichever path was asked
    per_page: int = 10
    max_per_page: int = 100
    canvas_region: str = "us-east-1"
    access_token_seconds: int = 3600
    media_seconds: int = 86400  # life of Kaltura and file store addresses
    title_job_seconds: int = 30  # how long after a retitle search_term finds the new name
    token_skew_seconds: int = 0  # access tokens end this much before they say
    throttle_limit: float = 600.0  # blocked at or above
    throttle_capacity: float = 800.0
    throttle_leak: float = 10.0  # a second
    throttle_reserve: float = 50.0  # for each request in flight
    brand: str = ""  # the school's theme: a colour (#rrggbb) for its links and main buttons; none: Canvas's own theme
    storage_frame: bool = True  # pages have the post_message_forwarding frame
    answers_messages: bool = True  # pages answer what tools post to them; Canvas's mobile apps never do
    homework_variables: bool = True  # variables of the assignment are filled in where something is handed in
    homework_placement: bool = True  # and the launch says in which placement it is
    # Canvas charges 200 for a token call. All of a test's people share one address here, so it is low unless asked for.
    token_call_cost: float = 10.0
