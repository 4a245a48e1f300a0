import { database, pool } from './database.js';
import { listOrders, payOrder, placeOrder } from './orders.js';
import { products, users } from './schema.js';

const [user] = await database
  .insert(users)
  .values({ email: 'ada@example.com', name: 'Ada' })
  .onConflictDoUpdate({ target: users.email, set: { name: 'Ada' } })
  .returning();
const [product] = await database
  .insert(products)
  .values({ name: 'Padlock', priceCents: 1250, stock: 10 })
  .returning();

await payOrder(await placeOrder(user.id, [{ productId: product.id, quantity: 2 }]), 2500);

for (const { id, status, totalCents, pieces } of await listOrders(user.id)) {
  console.log(`order ${id}: ${status}, ${pieces} pieces, ${totalCents} cents`);
}
await pool.end();
