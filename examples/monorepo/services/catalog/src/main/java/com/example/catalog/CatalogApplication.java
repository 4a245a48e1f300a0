package com.example.catalog;

import org.springframework.boot.CommandLineRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

/** Flyway runs the migrations when the application starts. */
@SpringBootApplication
public class CatalogApplication {
    public static void main(String[] arguments) {
        SpringApplication.run(CatalogApplication.class, arguments);
    }

    @Bean
    CommandLineRunner list(Products products) {
        return arguments -> {
            for (String category : arguments) {
                products.inCategory(category).forEach(System.out::println);
            }
        };
    }
}
