"""add invoice currency

Revision ID: 9b5e12c8d7f4
Revises: e0714bd95a38
Create Date: 2026-03-09 13:15:22.048871

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = '9b5e12c8d7f4'
down_revision: Union[str, Sequence[str], None] = 'e0714bd95a38'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    """Upgrade schema."""
    op.add_column('invoices', sa.Column('currency', sa.String(length=3), server_default='EUR', nullable=False))


def downgrade() -> None:
    """Downgrade schema."""
    op.drop_column('invoices', 'currency')
