import { and, desc, eq, gte, sql } from 'drizzle-orm';
import { database } from './database.js';
import { orderItems, orders, payments, products } from './schema.js';

export interface Line {
  productId: number;
  quantity: number;
}

/** The orders of one user, newest first, with the number of pieces in each. */
export function listOrders(userId: number) {
  return database
    .select({
      id: orders.id,
      status: orders.status,
      totalCents: orders.totalCents,
      pieces: sql<number>`coalesce(sum(${orderItems.quantity}), 0)::int`,
    })
    .from(orders)
    .leftJoin(orderItems, eq(orderItems.orderId, orders.id))
    .where(eq(orders.userId, userId))
    .groupBy(orders.id)
    .orderBy(desc(orders.placedAt));
}

/** Takes the products out of the stock and writes the order, or does neither. Returns the order's id. */
export function placeOrder(userId: number, lines: Line[]) {
  return database.transaction(async (transaction) => {
    const items = [];
    for (const { productId, quantity } of lines) {
      const [product] = await transaction
        .update(products)
        .set({ stock: sql`${products.stock} - ${quantity}` })
        .where(and(eq(products.id, productId), gte(products.stock, quantity), eq(products.isActive, true)))
        .returning();
      if (!product) throw new Error(`product ${productId} is not available`);
      items.push({ productId, quantity, priceCents: product.priceCents });
    }
    const totalCents = items.reduce((sum, item) => sum + item.quantity * item.priceCents, 0);
    const [order] = await transaction.insert(orders).values({ userId, totalCents }).returning({ id: orders.id });
    await transaction.insert(orderItems).values(items.map((item) => ({ ...item, orderId: order.id })));
    return order.id;
  });
}

/** Records a payment by card and marks the order as paid. */
export function payOrder(orderId: number, amountCents: number) {
  return database.transaction(async (transaction) => {
    await transaction.insert(payments).values({ orderId, method: 'card', amountCents, paidAt: new Date() });
    await transaction.update(orders).set({ status: 'paid' }).where(eq(orders.id, orderId));
  });
}
