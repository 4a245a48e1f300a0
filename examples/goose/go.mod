module example.com/shop

go 1.25.0

require (
	github.com/pressly/goose/v3 v3.27.3
	gorm.io/driver/postgres v1.6.0
	gorm.io/gorm v1.31.2
)
