"""What administrators decide for their institution: Studio, captioning staff, privacy."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "institutions",
        sa.Column("platform_id", sa.Integer(), nullable=False),
        sa.Column("studio_host", sa.Text(), nullable=True),
        sa.Column("studio_key_id", sa.Text(), nullable=True),
        sa.Column("studio_key_secret", sa.Text(), nullable=True),
        sa.Column("studio_account", sa.Text(), nullable=True),
        sa.Column("captioning_staff", sa.Text(), nullable=False),
        sa.Column("use_email", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["platform_id"], ["platforms.id"], name=op.f("fk_institutions_platform_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("platform_id", name=op.f("pk_institutions")),
    )


def downgrade() -> None:
    op.drop_table("institutions")
