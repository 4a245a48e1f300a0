package com.example.shop;

/** A row of products; sku and description may be null. */
public record Product(long id, String name, String sku, String description, int priceCents, int stock) {
    /** The longest name that the column takes. */
    public static final int NAME_LENGTH = 80;
}
