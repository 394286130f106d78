"""LTI 1.3 messages and our own tokens: verification, building and nothing else.

No flask, no sockets, no database. What is needed from outside is handed in: a function that finds platforms, one that
fetches a key set, a place for keys, a clock. The only package that imports pylti1p3 and jwt
(``docs/decisions/0004-pylti1p3.md`` says what is taken of them).
"""
