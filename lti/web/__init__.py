"""The tool on the web: the only part that knows flask.

A blueprint per audience (``launches``, ``api``, ``watch``, ``connect``, ``health``, ``static_files``), each made by a
function that is handed the :class:`~lti.web.parts.Parts`. Views are a few lines: read the request (``wire``), call one
function of ``media`` or ``protocol``, show the answer (``present``, ``pages``). Who may call a view is declared where
the view is (``guard``); a view without a declaration stops the application from starting.
"""
