use std::io::Write;

use chrono::{DateTime, Utc};
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::{Pg, PgValue};
use diesel::prelude::*;
use diesel::serialize::{self, IsNull, Output, ToSql};

use crate::schema::{order_items, orders, payments, products, users};

#[derive(Debug, Clone, Copy, PartialEq, Eq, AsExpression, FromSqlRow)]
#[diesel(sql_type = crate::schema::sql_types::OrderStatus)]
pub enum OrderStatus {
    Pending,
    Paid,
    Shipped,
    Cancelled,
}

impl ToSql<crate::schema::sql_types::OrderStatus, Pg> for OrderStatus {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        out.write_all(match self {
            Self::Pending => b"pending",
            Self::Paid => b"paid",
            Self::Shipped => b"shipped",
            Self::Cancelled => b"cancelled",
        })?;
        Ok(IsNull::No)
    }
}

impl FromSql<crate::schema::sql_types::OrderStatus, Pg> for OrderStatus {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        match value.as_bytes() {
            b"pending" => Ok(Self::Pending),
            b"paid" => Ok(Self::Paid),
            b"shipped" => Ok(Self::Shipped),
            b"cancelled" => Ok(Self::Cancelled),
            _ => Err("unknown order status".into()),
        }
    }
}

#[derive(Debug, Queryable, Selectable, Identifiable)]
#[diesel(table_name = users, check_for_backend(Pg))]
pub struct User {
    pub id: i32,
    pub email: String,
    pub full_name: String,
    pub created_at: DateTime<Utc>,
}

#[derive(Debug, Queryable, Selectable, Identifiable)]
#[diesel(table_name = products, check_for_backend(Pg))]
pub struct Product {
    pub id: i32,
    pub name: String,
    pub price_cents: i32,
    pub stock: i32,
    pub sku: Option<String>,
}

#[derive(Debug, Queryable, Selectable, Identifiable, Associations)]
#[diesel(table_name = orders, belongs_to(User), check_for_backend(Pg))]
pub struct Order {
    pub id: i32,
    pub user_id: i32,
    pub total_cents: i32,
    pub placed_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub status: OrderStatus,
    pub note: Option<String>,
}

#[derive(Debug, Insertable)]
#[diesel(table_name = orders)]
pub struct NewOrder<'a> {
    pub user_id: i32,
    pub total_cents: i32,
    pub note: Option<&'a str>,
}

#[derive(Debug, Insertable)]
#[diesel(table_name = order_items)]
pub struct NewOrderItem {
    pub order_id: i32,
    pub product_id: i32,
    pub quantity: i32,
    pub price_cents: i32,
}

#[derive(Debug, Insertable)]
#[diesel(table_name = payments)]
pub struct NewPayment {
    pub order_id: i32,
    pub amount_cents: i32,
}
