package com.example.catalog;

/** A row of products; the description and the weight may be null. */
public record Product(
    long id, long categoryId, String sku, String name, String description, Availability availability, Integer weightGrams) {

    /** The labels of the type availability. */
    public enum Availability { AVAILABLE, SOLD_OUT, DISCONTINUED }
}
