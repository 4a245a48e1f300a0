import { database } from './database.js';
import { OrderStatus, type PaymentMethod } from './generated/prisma/client.js';

export interface Line {
  productId: number;
  quantity: number;
}

/** The orders of one user, newest first. */
export function listOrders(userId: number) {
  return database.order.findMany({
    where: { userId },
    orderBy: { createdAt: 'desc' },
    include: { items: { include: { product: true } } },
  });
}

/** Takes the products out of the stock and writes the order, or does neither. */
export function placeOrder(userId: number, lines: Line[], shippingAddress?: string) {
  return database.$transaction(async (transaction) => {
    const items = [];
    for (const { productId, quantity } of lines) {
      const product = await transaction.product.update({
        where: { id: productId, stock: { gte: quantity } },
        data: { stock: { decrement: quantity } },
      });
      items.push({ productId, quantity, priceCents: product.priceCents });
    }
    const totalCents = items.reduce((sum, item) => sum + item.quantity * item.priceCents, 0);
    return transaction.order.create({
      data: { userId, totalCents, shippingAddress, items: { create: items } },
      include: { items: true },
    });
  });
}

/** Records a payment and marks the order as paid. */
export function payOrder(orderId: number, method: PaymentMethod, amountCents: number) {
  return database.$transaction([
    database.payment.create({ data: { orderId, method, amountCents, paidAt: new Date() } }),
    database.order.update({ where: { id: orderId }, data: { status: OrderStatus.PAID } }),
  ]);
}
