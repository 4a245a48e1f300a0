//! What the shop does with orders.

use diesel::dsl::now;
use diesel::prelude::*;

use crate::models::{NewOrder, NewOrderItem, NewPayment, Order, OrderStatus, Product};
use crate::schema::{order_items, orders, payments, products};

/// One wish of a customer: a product and how many of it.
pub struct Line {
    pub product_id: i32,
    pub quantity: i32,
}

/// The orders of one user, newest first.
pub fn list_orders(connection: &mut PgConnection, user_id: i32) -> QueryResult<Vec<Order>> {
    orders::table
        .filter(orders::user_id.eq(user_id))
        .order(orders::placed_at.desc())
        .select(Order::as_select())
        .load(connection)
}

/// Takes the products out of the stock and writes the order, or does neither.
/// `NotFound` when there is less of a product than was ordered.
pub fn place_order(
    connection: &mut PgConnection,
    user_id: i32,
    lines: &[Line],
    note: Option<&str>,
) -> QueryResult<Order> {
    connection.transaction(|connection| {
        let mut taken = Vec::new();
        for line in lines {
            let product: Product = diesel::update(products::table.find(line.product_id))
                .filter(products::stock.ge(line.quantity))
                .set(products::stock.eq(products::stock - line.quantity))
                .returning(Product::as_returning())
                .get_result(connection)?;
            taken.push((product.id, line.quantity, product.price_cents));
        }
        let total_cents = taken.iter().map(|(_, quantity, price)| quantity * price).sum();
        let order: Order = diesel::insert_into(orders::table)
            .values(NewOrder { user_id, total_cents, note })
            .returning(Order::as_returning())
            .get_result(connection)?;
        let items: Vec<NewOrderItem> = taken
            .into_iter()
            .map(|(product_id, quantity, price_cents)| NewOrderItem {
                order_id: order.id,
                product_id,
                quantity,
                price_cents,
            })
            .collect();
        diesel::insert_into(order_items::table).values(items).execute(connection)?;
        Ok(order)
    })
}

/// Records the payment of the whole amount and marks the order as paid.
pub fn pay_order(connection: &mut PgConnection, order: &Order) -> QueryResult<()> {
    connection.transaction(|connection| {
        let payment = NewPayment { order_id: order.id, amount_cents: order.total_cents };
        diesel::insert_into(payments::table)
            .values((payment, payments::paid_at.eq(now)))
            .execute(connection)?;
        diesel::update(orders::table.find(order.id))
            .set(orders::status.eq(OrderStatus::Paid))
            .execute(connection)?;
        Ok(())
    })
}
