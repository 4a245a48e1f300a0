// Package migrations holds the SQL of the schema. The goose command line applies it; the application only looks.
package migrations

import (
	"context"
	"database/sql"
	"embed"

	"github.com/pressly/goose/v3"
)

//go:embed *.sql
var files embed.FS

// Pending tells whether the database lacks migrations that this build was made for.
func Pending(ctx context.Context, database *sql.DB) (bool, error) {
	provider, err := goose.NewProvider(goose.DialectPostgres, database, files)
	if err != nil {
		return false, err
	}
	return provider.HasPending(ctx)
}
