"""index invoices by user

Revision ID: 47f0a3d16b9e
Revises: 9b5e12c8d7f4
Create Date: 2026-03-27 10:58:46.913305

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = '47f0a3d16b9e'
down_revision: Union[str, Sequence[str], None] = '9b5e12c8d7f4'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    """Upgrade schema."""
    with op.get_context().autocommit_block():
        op.create_index(
            'ix_invoices_user_id_issued_at', 'invoices', ['user_id', 'issued_at'], unique=False, postgresql_concurrently=True
        )


def downgrade() -> None:
    """Downgrade schema."""
    with op.get_context().autocommit_block():
        op.drop_index('ix_invoices_user_id_issued_at', table_name='invoices', postgresql_concurrently=True)
