"""The name of the collection that an upload goes to, and whether Studio put it there."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("uploads", sa.Column("collection_name", sa.Text(), nullable=True))
    op.add_column("uploads", sa.Column("collection_refused", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.drop_column("uploads", "collection_refused")
    op.drop_column("uploads", "collection_name")
