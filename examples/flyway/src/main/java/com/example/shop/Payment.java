package com.example.shop;

import java.time.OffsetDateTime;

/** A row of payments; paidAt is null while the money is on its way. */
public record Payment(long id, long orderId, int amountCents, OffsetDateTime paidAt) {}
