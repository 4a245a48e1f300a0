"""The tables of billing. Users and orders belong to the API service: their ids are kept, without foreign keys."""

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, DateTime, Enum, ForeignKey, Index, MetaData, String, func
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: DateTime(timezone=True)}


class InvoiceStatus(enum.Enum):
    open = "open"
    paid = "paid"
    void = "void"


class Invoice(Base):
    __tablename__ = "invoices"
    __table_args__ = (Index("ix_invoices_user_id_issued_at", "user_id", "issued_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int]
    order_id: Mapped[int] = mapped_column(unique=True)
    status: Mapped[InvoiceStatus] = mapped_column(
        Enum(InvoiceStatus, name="invoice_status"), server_default=InvoiceStatus.open.value
    )
    total_cents: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3), server_default="EUR")
    issued_at: Mapped[datetime] = mapped_column(server_default=func.now())
    due_on: Mapped[date | None]

    payments: Mapped[list["Payment"]] = relationship(back_populates="invoice")


class Payment(Base):
    __tablename__ = "payments"
    __table_args__ = (CheckConstraint("amount_cents > 0", name="amount_positive"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoices.id"), index=True)
    amount_cents: Mapped[int]
    received_at: Mapped[datetime] = mapped_column(server_default=func.now())

    invoice: Mapped[Invoice] = relationship(back_populates="payments")
