"""Work that students handed in: what the recording was like then, and when another was seen in its place."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("embeds", sa.Column("handed_in_at", sa.BigInteger(), nullable=True))
    op.create_table(
        "hand_ins",
        sa.Column("embed_id", sa.Text(), nullable=False),
        sa.Column("assignment_id", sa.Text(), nullable=True),
        sa.Column("seconds", sa.Float(53), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("media_created_at", sa.BigInteger(), nullable=True),
        sa.Column("changed_at", sa.BigInteger(), nullable=True),
        sa.Column("change", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["embed_id"], ["embeds.id"], name=op.f("fk_hand_ins_embed_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("embed_id", name=op.f("pk_hand_ins")),
    )


def downgrade() -> None:
    op.drop_table("hand_ins")
    op.drop_column("embeds", "handed_in_at")
