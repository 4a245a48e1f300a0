"""add product sku

Revision ID: 8b21e4c7d530
Revises: 3f6c1d0a9b27
Create Date: 2026-01-19 09:30:42.118264

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = '8b21e4c7d530'
down_revision: Union[str, Sequence[str], None] = '3f6c1d0a9b27'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    """Upgrade schema."""
    op.add_column('products', sa.Column('sku', sa.String(length=64), nullable=True))


def downgrade() -> None:
    """Downgrade schema."""
    op.drop_column('products', 'sku')
