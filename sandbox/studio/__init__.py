"""A Canvas Studio to run the tool against on one machine, built from ``reference/studio.md`` and the API documents.

``python -m sandbox.studio`` (port 8002) or, with everything else, ``python -m sandbox``. What is here:

* OAuth2 (``oauth``, ``token_endpoint``): never gives ``state`` back, rotates both tokens at each refresh, access tokens
  last 7200 s, redirect addresses are https and not localhost. **One relaxation**: the sandbox tool's own address is let
  in although it is http on localhost; ``--strict`` refuses it too.
* The API under ``/api/public/v1``, with its statuses and ``{"error": …}`` bodies: ping, users, media (``media_api``,
  ``search``, ``playback_api``), both kinds of upload (``uploads_api``, ``importing``; the bytes go to ``storage``),
  captions, professional captioning, collections, courses and ``create_embed``; ``/api/public/apidocs``.
  Not here: groups, insights, transfer of media.
* The player (``lti``, ``player``) that Canvas launches for ``/lti/launch?custom_arc_media_id=…``.
* The switchboard (``switchboard``): what to do wrong, what was asked, what was stored.

What the documents leave open is a setting of ``behaviour.Behaviour``; each says so. Guesses of form: an order's fields
(``captioning_api._order_json``), the captioning service's header (``Authorization: Bearer user_id="…", token="…"``),
the ``source`` values (``search.SOURCES``). ``transcoding_finished`` is what Instructure's own scripts wait for.

People choose who to be, as in the sandbox Canvas. Stella Studio administers this Studio and is nobody in Canvas; Noor
Newteacher and Ollie Observer of the Canvas have no account here until they watch a video in a page.
"""
