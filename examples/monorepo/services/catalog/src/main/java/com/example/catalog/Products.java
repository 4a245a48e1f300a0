package com.example.catalog;

import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Finds products and their prices. */
@Repository
public class Products {
    private final JdbcClient database;

    public Products(JdbcClient database) {
        this.database = database;
    }

    /** What can be bought in a category, by name. */
    public List<Product> inCategory(String category) {
        return database
            .sql("""
                SELECT products.*
                FROM products JOIN categories ON categories.id = products.category_id
                WHERE categories.name = :category AND availability = 'AVAILABLE'
                ORDER BY products.name
                """)
            .param("category", category)
            .query(Product.class)
            .list();
    }

    /** What a product costs now; empty when it has no price yet. */
    public Optional<Price> priceOf(long productId) {
        return database
            .sql("SELECT * FROM prices WHERE product_id = :product AND valid_from <= now() ORDER BY valid_from DESC LIMIT 1")
            .param("product", productId)
            .query(Price.class)
            .optional();
    }
}
