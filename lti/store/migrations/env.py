"""Alembic's entry: runs on the connection that ``lti.store.migrate`` hands over, in its transaction."""

from alembic import context

from lti.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite can change a table only by copying it
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
