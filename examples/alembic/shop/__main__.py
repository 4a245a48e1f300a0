"""A walk through the shop: python -m shop"""

from sqlalchemy.orm import Session

from shop.database import engine
from shop.models import Product, User
from shop.orders import list_orders, pay_order, place_order

with Session(engine()) as session:
    ada = User(email="ada@example.com", name="Ada")
    padlock = Product(name="Padlock", sku="LOCK-1", price_cents=1250, stock=10)
    session.add_all([ada, padlock])
    session.flush()

    pay_order(place_order(session, ada, {padlock.id: 2}, note="Ring twice"))
    session.commit()

    for order in list_orders(session, ada.id):
        print(f"order {order.public_id}: {order.status.value}, {order.total_cents} cents")
