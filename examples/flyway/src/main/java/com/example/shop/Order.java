package com.example.shop;

import java.time.OffsetDateTime;

/** A row of orders. */
public record Order(long id, long userId, Status status, int totalCents, OffsetDateTime placedAt) {
    /** The labels of the type order_status. */
    public enum Status { PENDING, PAID, SHIPPED, CANCELLED }
}
