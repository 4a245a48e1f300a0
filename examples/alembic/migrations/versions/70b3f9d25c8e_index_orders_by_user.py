"""index orders by user

Revision ID: 70b3f9d25c8e
Revises: 1e7d48b602fa
Create Date: 2026-03-18 15:44:55.731542

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = '70b3f9d25c8e'
down_revision: Union[str, Sequence[str], None] = '1e7d48b602fa'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    """Upgrade schema."""
    with op.get_context().autocommit_block():
        op.create_index(
            'ix_orders_user_id_placed_at', 'orders', ['user_id', 'placed_at'], unique=False, postgresql_concurrently=True
        )


def downgrade() -> None:
    """Downgrade schema."""
    with op.get_context().autocommit_block():
        op.drop_index('ix_orders_user_id_placed_at', table_name='orders', postgresql_concurrently=True)
