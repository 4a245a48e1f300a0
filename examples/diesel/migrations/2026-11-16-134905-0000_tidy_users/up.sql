ALTER TABLE users DROP COLUMN phone;

ALTER TABLE users RENAME COLUMN name TO full_name;
