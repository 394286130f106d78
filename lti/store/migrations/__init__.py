"""The migrations, found by their place beside the code (see ``lti.store.migrate``)."""
