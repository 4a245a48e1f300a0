package shop

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"
)

// Line is one wish of a customer: a product and how many of it.
type Line struct {
	ProductID int64
	Quantity  int32
}

// ListOrders returns the orders of one user, newest first.
func ListOrders(ctx context.Context, database *gorm.DB, userID int64) ([]Order, error) {
	var orders []Order
	err := database.WithContext(ctx).
		Preload("Items.Product").
		Where("user_id = ?", userID).
		Order("placed_at DESC").
		Find(&orders).Error
	return orders, err
}

// PlaceOrder takes the products out of the stock and writes the order, or does neither.
func PlaceOrder(ctx context.Context, database *gorm.DB, userID int64, lines []Line) (*Order, error) {
	order := &Order{UserID: userID}
	err := database.WithContext(ctx).Transaction(func(transaction *gorm.DB) error {
		for _, line := range lines {
			taken := transaction.Model(&Product{}).
				Where("id = ? AND stock >= ?", line.ProductID, line.Quantity).
				Update("stock", gorm.Expr("stock - ?", line.Quantity))
			if taken.Error != nil {
				return taken.Error
			}
			if taken.RowsAffected == 0 {
				return fmt.Errorf("product %d is not available", line.ProductID)
			}
			var product Product
			if err := transaction.First(&product, line.ProductID).Error; err != nil {
				return err
			}
			order.Items = append(order.Items, OrderItem{
				ProductID: product.ID, Quantity: line.Quantity, PriceCents: product.PriceCents,
			})
			order.TotalCents += int64(line.Quantity) * product.PriceCents
		}
		return transaction.Create(order).Error
	})
	return order, err
}

// PayOrder records the payment of the whole amount and marks the order as paid.
func PayOrder(ctx context.Context, database *gorm.DB, order *Order) error {
	now := time.Now()
	return database.WithContext(ctx).Transaction(func(transaction *gorm.DB) error {
		payment := Payment{OrderID: order.ID, AmountCents: order.TotalCents, PaidAt: &now}
		if err := transaction.Create(&payment).Error; err != nil {
			return err
		}
		return transaction.Model(order).Update("status", Paid).Error
	})
}
