"""Uploads that a worker sends to Studio while their last bytes still come in: its claim, beside the connection's."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("uploads", sa.Column("ahead_by", sa.Text(), nullable=True))
    op.add_column("uploads", sa.Column("ahead_until", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    op.drop_column("uploads", "ahead_until")
    op.drop_column("uploads", "ahead_by")
