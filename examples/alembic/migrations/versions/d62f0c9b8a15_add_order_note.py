"""add order note

Revision ID: d62f0c9b8a15
Revises: 70b3f9d25c8e
Create Date: 2026-11-09 09:12:10.054918

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = 'd62f0c9b8a15'
down_revision: Union[str, Sequence[str], None] = '70b3f9d25c8e'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    """Upgrade schema."""
    op.add_column('orders', sa.Column('note', sa.Text(), nullable=True))


def downgrade() -> None:
    """Downgrade schema."""
    op.drop_column('orders', 'note')
