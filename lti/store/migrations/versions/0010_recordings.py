"""Recordings: uploads that are sent while they are made, and mended before Studio gets them."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("uploads", sa.Column("source", sa.Text(), nullable=False, server_default="file"))
    for name in ("seconds", "trim_start", "trim_end"):
        op.add_column("uploads", sa.Column(name, sa.Float(53), nullable=True))
    op.add_column("uploads", sa.Column("mended", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("uploads", sa.Column("note", sa.Text(), nullable=True))


def downgrade() -> None:
    for name in ("note", "mended", "trim_end", "trim_start", "seconds", "source"):
        op.drop_column("uploads", name)
