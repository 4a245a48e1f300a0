"""add invoice status

Revision ID: e0714bd95a38
Revises: 5d83b06a2fce
Create Date: 2026-02-16 09:41:37.502914

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

# revision identifiers, used by Alembic.
revision: str = 'e0714bd95a38'
down_revision: Union[str, Sequence[str], None] = '5d83b06a2fce'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    """Upgrade schema."""
    op.execute("CREATE TYPE invoice_status AS ENUM ('open', 'paid', 'void')")
    op.add_column(
        'invoices',
        sa.Column(
            'status',
            postgresql.ENUM('open', 'paid', 'void', name='invoice_status', create_type=False),
            server_default='open',
            nullable=False,
        ),
    )


def downgrade() -> None:
    """Downgrade schema."""
    op.drop_column('invoices', 'status')
    op.execute('DROP TYPE invoice_status')
