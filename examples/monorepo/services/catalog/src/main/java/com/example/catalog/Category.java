package com.example.catalog;

/** A row of categories. */
public record Category(long id, String name) {}
