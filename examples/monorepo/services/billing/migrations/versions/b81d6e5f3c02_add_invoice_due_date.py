"""add invoice due date

Revision ID: b81d6e5f3c02
Revises: 47f0a3d16b9e
Create Date: 2026-11-10 14:27:09.331460

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = 'b81d6e5f3c02'
down_revision: Union[str, Sequence[str], None] = '47f0a3d16b9e'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    """Upgrade schema."""
    op.add_column('invoices', sa.Column('due_on', sa.Date(), nullable=True))


def downgrade() -> None:
    """Downgrade schema."""
    op.drop_column('invoices', 'due_on')
