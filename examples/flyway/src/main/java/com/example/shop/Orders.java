package com.example.shop;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What the shop does with orders. */
public final class Orders {
    private final Connection connection;

    public Orders(Connection connection) {
        this.connection = connection;
    }

    /** The orders of one user, newest first. */
    public List<Order> ofUser(long userId) throws SQLException {
        String sql = "SELECT id, user_id, status, total_cents, placed_at FROM orders WHERE user_id = ? ORDER BY placed_at DESC";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, userId);
            List<Order> orders = new ArrayList<>();
            ResultSet rows = statement.executeQuery();
            while (rows.next()) {
                orders.add(new Order(
                    rows.getLong("id"),
                    rows.getLong("user_id"),
                    Order.Status.valueOf(rows.getString("status")),
                    rows.getInt("total_cents"),
                    rows.getObject("placed_at", OffsetDateTime.class)));
            }
            return orders;
        }
    }

    /** Takes the products (id to quantity) out of the stock and writes the order, or does neither. Returns its id. */
    public long place(long userId, Map<Long, Integer> quantities) throws SQLException {
        connection.setAutoCommit(false);
        try {
            long orderId = number("INSERT INTO orders (user_id, total_cents) VALUES (?, 0) RETURNING id", userId);
            for (Map.Entry<Long, Integer> line : quantities.entrySet()) {
                long productId = line.getKey();
                int quantity = line.getValue();
                long priceCents = number(
                    "UPDATE products SET stock = stock - ? WHERE id = ? AND stock >= ? RETURNING price_cents",
                    quantity, productId, quantity);
                number(
                    "INSERT INTO order_items (order_id, product_id, quantity, price_cents) VALUES (?, ?, ?, ?) RETURNING id",
                    orderId, productId, quantity, priceCents);
                number("UPDATE orders SET total_cents = total_cents + ? WHERE id = ? RETURNING id", quantity * priceCents, orderId);
            }
            connection.commit();
            return orderId;
        } catch (SQLException failure) {
            connection.rollback();
            throw failure;
        } finally {
            connection.setAutoCommit(true);
        }
    }

    /** Records the payment of the whole amount and marks the order as paid. */
    public void pay(long orderId) throws SQLException {
        number(
            "WITH paid AS (UPDATE orders SET status = 'PAID' WHERE id = ? RETURNING id, total_cents) "
                + "INSERT INTO payments (order_id, amount_cents, paid_at) SELECT id, total_cents, now() FROM paid RETURNING id",
            orderId);
    }

    private long number(String sql, Number... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int index = 0; index < values.length; index++) {
                statement.setObject(index + 1, values[index]);
            }
            ResultSet rows = statement.executeQuery();
            if (!rows.next()) {
                throw new SQLException("no such row, or not enough in stock");
            }
            return rows.getLong(1);
        }
    }
}
