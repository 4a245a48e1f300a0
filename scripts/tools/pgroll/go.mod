module lockkeeper/tools/pgroll

go 1.24

require github.com/xataio/pgroll v0.14.0
