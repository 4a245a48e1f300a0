-- Edited by hand: the migrator opens a transaction, and CONCURRENTLY cannot run in one. Deploy this file alone.
COMMIT;--> statement-breakpoint
CREATE INDEX CONCURRENTLY "order_items_order_id_idx" ON "order_items" USING btree ("order_id");--> statement-breakpoint
BEGIN;
