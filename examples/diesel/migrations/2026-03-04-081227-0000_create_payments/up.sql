CREATE TABLE payments (
    id           SERIAL PRIMARY KEY,
    order_id     INTEGER NOT NULL REFERENCES orders (id),
    amount_cents INTEGER NOT NULL,
    paid_at      TIMESTAMPTZ
);

CREATE INDEX payments_order_id_idx ON payments (order_id);
