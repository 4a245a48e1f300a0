"""What billing does with invoices."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from billing.models import Invoice, InvoiceStatus, Payment


def list_invoices(session: Session, user_id: int) -> Sequence[Invoice]:
    """The invoices of one user, newest first."""
    return session.scalars(
        select(Invoice)
        .where(Invoice.user_id == user_id)
        .order_by(Invoice.issued_at.desc())
        .options(selectinload(Invoice.payments))
    ).all()


def receive(session: Session, order_id: int, amount_cents: int) -> Invoice:
    """Record a payment; the invoice is paid when nothing is left to pay. The caller commits."""
    invoice = session.scalars(select(Invoice).where(Invoice.order_id == order_id).with_for_update()).one()
    invoice.payments.append(Payment(amount_cents=amount_cents))
    if sum(payment.amount_cents for payment in invoice.payments) >= invoice.total_cents:
        invoice.status = InvoiceStatus.paid
    return invoice
