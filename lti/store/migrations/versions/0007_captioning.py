"""Answers to orders for professional captions, and the header of a captioning service."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("institutions", sa.Column("captioning_header_name", sa.Text(), nullable=True))
    op.add_column("institutions", sa.Column("captioning_header_value", sa.Text(), nullable=True))
    op.create_table(
        "caption_answers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("platform_id", sa.Integer(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("holds", sa.Integer(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("srt", sa.Text(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("begun_at", sa.BigInteger(), nullable=False),
        sa.Column("leased_until", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["platform_id"], ["platforms.id"], name=op.f("fk_caption_answers_platform_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_caption_answers")),
        sa.UniqueConstraint(
            "platform_id",
            "host",
            "order_id",
            "holds",
            name=op.f("uq_caption_answers_platform_id_host_order_id_holds"),
        ),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    op.drop_table("caption_answers")
    with op.batch_alter_table("institutions") as table:
        table.drop_column("captioning_header_value")
        table.drop_column("captioning_header_name")
