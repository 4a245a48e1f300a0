import { database } from './database.js';
import { listOrders, markPaid, placeOrder } from './orders.js';

const user = await database.user.create({ data: { email: 'ada@example.com', name: 'Ada' } });
const order = await placeOrder(user.id, [{ productId: 1, quantity: 2, priceCents: 1250 }]);
await markPaid(order.id);

for (const { id, status, totalCents } of await listOrders(user.id)) {
  console.log(`order ${id}: ${status}, ${totalCents} cents`);
}
await database.$disconnect();
