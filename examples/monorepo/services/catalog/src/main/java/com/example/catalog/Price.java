package com.example.catalog;

import java.time.OffsetDateTime;

/** A row of prices: what a product costs from a moment on. */
public record Price(long id, long productId, int amountCents, OffsetDateTime validFrom) {}
