package com.example.shop;

/** A row of order_items. */
public record OrderItem(long id, long orderId, long productId, int quantity, int priceCents) {}
