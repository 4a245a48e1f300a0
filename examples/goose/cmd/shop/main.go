// Command shop prints the orders of a user: shop USER
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"strconv"

	"gorm.io/driver/postgres"
	"gorm.io/gorm"

	"example.com/shop/migrations"
	"example.com/shop/shop"
)

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: shop USER")
	}
	userID, err := strconv.ParseInt(os.Args[1], 10, 64)
	if err != nil {
		log.Fatal(err)
	}
	database, err := gorm.Open(postgres.Open(os.Getenv("GOOSE_DBSTRING")), &gorm.Config{})
	if err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()
	connection, err := database.DB()
	if err != nil {
		log.Fatal(err)
	}
	if pending, err := migrations.Pending(ctx, connection); err != nil || pending {
		log.Fatalf("the database is behind this build (error: %v)", err)
	}
	orders, err := shop.ListOrders(ctx, database, userID)
	if err != nil {
		log.Fatal(err)
	}
	for _, order := range orders {
		fmt.Printf("order %d: %s, %d cents\n", order.ID, order.Status, order.TotalCents)
	}
}
