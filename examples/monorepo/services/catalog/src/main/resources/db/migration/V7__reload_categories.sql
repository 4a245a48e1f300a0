TRUNCATE TABLE categories CASCADE;

INSERT INTO categories (name) VALUES ('Padlocks'), ('Door locks'), ('Safes'), ('Keys');
