package com.example.shop;

import java.sql.Connection;
import java.sql.DriverManager;

/** Prints the orders of the user whose id is the first argument. */
public final class Shop {
    public static void main(String[] arguments) throws Exception {
        try (Connection connection = DriverManager.getConnection(System.getenv("FLYWAY_URL"))) {
            for (Order order : new Orders(connection).ofUser(Long.parseLong(arguments[0]))) {
                System.out.printf("order %d: %s, %d cents%n", order.id(), order.status(), order.totalCents());
            }
        }
    }
}
