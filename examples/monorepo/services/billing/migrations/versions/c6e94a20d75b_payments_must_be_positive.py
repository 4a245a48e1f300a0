"""payments must be positive

Revision ID: c6e94a20d75b
Revises: b81d6e5f3c02
Create Date: 2026-11-17 15:36:50.874092

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = 'c6e94a20d75b'
down_revision: Union[str, Sequence[str], None] = 'b81d6e5f3c02'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    """Upgrade schema."""
    op.create_check_constraint(op.f('ck_payments_amount_positive'), 'payments', 'amount_cents > 0')


def downgrade() -> None:
    """Downgrade schema."""
    op.drop_constraint(op.f('ck_payments_amount_positive'), 'payments', type_='check')
