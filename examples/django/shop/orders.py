"""What the shop does with orders."""

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from shop.models import Order, OrderItem, Product, User


class OutOfStock(Exception):
    """There is less of a product than was ordered."""


def list_orders(user_id: int) -> QuerySet[Order]:
    """The orders of one user, newest first."""
    return Order.objects.filter(user_id=user_id).order_by('-placed_at').prefetch_related('items__product')


@transaction.atomic
def place_order(user: User, lines: dict[int, int], shipping_address: str) -> Order:
    """Take the products (id -> quantity) out of the stock and write the order, or do neither."""
    items = []
    for product in Product.objects.select_for_update().filter(id__in=lines).order_by('id'):
        quantity = lines[product.id]
        if product.stock < quantity:
            raise OutOfStock(product.name)
        product.stock -= quantity
        product.save(update_fields=['stock'])
        items.append(OrderItem(product=product, quantity=quantity, price_cents=product.price_cents))
    total_cents = sum(item.quantity * item.price_cents for item in items)
    order = Order.objects.create(user=user, total_cents=total_cents, shipping_address=shipping_address)
    for item in items:
        item.order = order
    OrderItem.objects.bulk_create(items)
    return order


@transaction.atomic
def pay_order(order: Order) -> None:
    """Record the payment of the whole amount and mark the order as paid."""
    order.payments.create(amount_cents=order.total_cents, paid_at=timezone.now())
    order.status = Order.Status.PAID
    order.save(update_fields=['status'])
