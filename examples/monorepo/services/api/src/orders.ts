import { database } from './database.js';

export interface Line {
  productId: number;
  quantity: number;
  priceCents: number;
}

/** The orders of one user, newest first. */
export function listOrders(userId: number) {
  return database.order.findMany({ where: { userId }, orderBy: { createdAt: 'desc' }, include: { items: true } });
}

/** Writes an order with the prices that the catalog gave for its lines. */
export function placeOrder(userId: number, lines: Line[]) {
  const totalCents = lines.reduce((sum, line) => sum + line.quantity * line.priceCents, 0);
  return database.order.create({ data: { userId, totalCents, items: { create: lines } } });
}

/** Called when billing says that the money is there. */
export function markPaid(orderId: number) {
  return database.order.update({ where: { id: orderId }, data: { status: 'PAID' } });
}
