package com.example.shop;

import java.time.OffsetDateTime;

/** A row of users. */
public record User(long id, String email, String name, OffsetDateTime createdAt) {}
