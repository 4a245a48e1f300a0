"""add order status

Revision ID: c95a70f3e164
Revises: 8b21e4c7d530
Create Date: 2026-02-11 14:08:10.903377

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

# revision identifiers, used by Alembic.
revision: str = 'c95a70f3e164'
down_revision: Union[str, Sequence[str], None] = '8b21e4c7d530'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    """Upgrade schema."""
    op.execute("CREATE TYPE order_status AS ENUM ('pending', 'paid', 'shipped', 'cancelled')")
    op.add_column(
        'orders',
        sa.Column(
            'status',
            postgresql.ENUM('pending', 'paid', 'shipped', 'cancelled', name='order_status', create_type=False),
            server_default='pending',
            nullable=False,
        ),
    )


def downgrade() -> None:
    """Downgrade schema."""
    op.drop_column('orders', 'status')
    op.execute('DROP TYPE order_status')
