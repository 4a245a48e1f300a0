-- +goose NO TRANSACTION
-- +goose Up
CREATE INDEX CONCURRENTLY orders_user_id_placed_at_idx ON orders (user_id, placed_at);

-- +goose Down
DROP INDEX CONCURRENTLY orders_user_id_placed_at_idx;
