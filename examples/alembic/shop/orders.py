"""What the shop does with orders."""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from shop.models import Order, OrderItem, OrderStatus, Payment, Product, User


class OutOfStock(Exception):
    """There is less of a product than was ordered."""


def list_orders(session: Session, user_id: int) -> Sequence[Order]:
    """The orders of one user, newest first."""
    return session.scalars(
        select(Order)
        .where(Order.user_id == user_id)
        .order_by(Order.placed_at.desc())
        .options(selectinload(Order.items))
    ).all()


def place_order(session: Session, user: User, lines: dict[int, int], note: str | None = None) -> Order:
    """Take the products (id -> quantity) out of the stock and write the order; the caller commits."""
    products = session.scalars(
        select(Product).where(Product.id.in_(lines)).order_by(Product.id).with_for_update()
    ).all()
    order = Order(user=user, total_cents=0, note=note)
    for product in products:
        quantity = lines[product.id]
        if product.stock < quantity:
            raise OutOfStock(product.name)
        product.stock -= quantity
        order.items.append(OrderItem(product=product, quantity=quantity, price_cents=product.price_cents))
        order.total_cents += quantity * product.price_cents
    session.add(order)
    return order


def pay_order(order: Order) -> None:
    """Record the payment of the whole amount and mark the order as paid."""
    order.payments.append(Payment(amount_cents=order.total_cents, paid_at=datetime.now(UTC)))
    order.status = OrderStatus.paid
