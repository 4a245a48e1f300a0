"""add order public id

Revision ID: 95e1b7a34d0c
Revises: d62f0c9b8a15
Create Date: 2026-11-16 13:49:05.587301

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = '95e1b7a34d0c'
down_revision: Union[str, Sequence[str], None] = 'd62f0c9b8a15'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    """Upgrade schema."""
    op.add_column('orders', sa.Column('public_id', sa.Uuid(), server_default=sa.text('gen_random_uuid()'), nullable=False))


def downgrade() -> None:
    """Downgrade schema."""
    op.drop_column('orders', 'public_id')
