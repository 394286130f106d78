"""What the sandbox Canvas and the sandbox Studio do alike: serving, faults, the request log, OAuth2's ledgers."""
