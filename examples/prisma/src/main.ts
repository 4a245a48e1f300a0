import { database } from './database.js';
import { listOrders, payOrder, placeOrder } from './orders.js';

const user = await database.user.upsert({
  where: { email: 'ada@example.com' },
  create: { email: 'ada@example.com', name: 'Ada' },
  update: {},
});
const product = await database.product.create({
  data: { name: 'Padlock', sku: 'LOCK-1', priceCents: 1250, stock: 10 },
});

const order = await placeOrder(user.id, [{ productId: product.id, quantity: 2 }], '1 Canal Street');
await payOrder(order.id, 'CARD', 2500);

for (const { id, status, totalCents } of await listOrders(user.id)) {
  console.log(`order ${id}: ${status}, ${totalCents} cents`);
}
await database.$disconnect();
