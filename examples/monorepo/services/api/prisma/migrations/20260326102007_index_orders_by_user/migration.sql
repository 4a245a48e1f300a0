-- CreateIndex
-- Edited by hand: CONCURRENTLY, and alone in its file, since it cannot run in a transaction.
CREATE INDEX CONCURRENTLY "orders_user_id_created_at_idx" ON "orders"("user_id", "created_at");
