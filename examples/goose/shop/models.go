// Package shop holds the tables of the shop and what it does with them.
// The tables are made by the goose migrations, never by AutoMigrate.
package shop

import "time"

type User struct {
	ID        int64  `gorm:"primaryKey"`
	Email     string `gorm:"not null;uniqueIndex:users_email_key"`
	Name      string `gorm:"not null"`
	Phone     *string
	CreatedAt time.Time `gorm:"not null;default:now()"`
	Orders    []Order
}

type Product struct {
	ID         int64  `gorm:"primaryKey"`
	Name       string `gorm:"not null"`
	SKU        *string
	PriceCents int64 `gorm:"not null"`
	Stock      int32 `gorm:"not null;default:0"`
}

type OrderStatus string

const (
	Pending   OrderStatus = "pending"
	Paid      OrderStatus = "paid"
	Shipped   OrderStatus = "shipped"
	Cancelled OrderStatus = "cancelled"
)

type Order struct {
	ID         int64       `gorm:"primaryKey"`
	UserID     int64       `gorm:"not null;index:orders_user_id_placed_at_idx,priority:1"`
	Status     OrderStatus `gorm:"type:order_status;not null;default:pending"`
	TotalCents int64       `gorm:"not null"`
	PlacedAt   time.Time   `gorm:"not null;default:now();index:orders_user_id_placed_at_idx,priority:2"`
	Items      []OrderItem `gorm:"constraint:order_items_order_id_fkey,OnDelete:CASCADE"`
	Payments   []Payment   `gorm:"constraint:payments_order_id_fkey,OnDelete:NO ACTION"`
}

type OrderItem struct {
	ID         int64 `gorm:"primaryKey"`
	OrderID    int64 `gorm:"not null;index:order_items_order_id_idx"`
	ProductID  int64 `gorm:"not null"`
	Product    Product
	Quantity   int32 `gorm:"not null"`
	PriceCents int64 `gorm:"not null"`
}

type Payment struct {
	ID          int64 `gorm:"primaryKey"`
	OrderID     int64 `gorm:"not null"`
	AmountCents int64 `gorm:"not null"`
	PaidAt      *time.Time
}
