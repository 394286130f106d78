"""Cuedeck: an LTI 1.3 tool that embeds captioned media in Canvas pages.

Each part imports only from those above it (import-linter holds this, see ``pyproject.toml``)::

    errors, model
    store   protocol   remote   captions        siblings: none knows another
    media                                       the product; knows store, remote and captions
    web                                         flask; knows all of the above
"""
