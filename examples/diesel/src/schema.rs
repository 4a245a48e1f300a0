// @generated automatically by Diesel CLI.

pub mod sql_types {
    #[derive(diesel::query_builder::QueryId, Clone, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "order_status"))]
    pub struct OrderStatus;
}

diesel::table! {
    order_items (id) {
        id -> Int4,
        order_id -> Int4,
        product_id -> Int4,
        quantity -> Int4,
        price_cents -> Int4,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::OrderStatus;

    orders (id) {
        id -> Int4,
        user_id -> Int4,
        total_cents -> Int4,
        placed_at -> Timestamptz,
        updated_at -> Timestamptz,
        status -> OrderStatus,
        note -> Nullable<Text>,
    }
}

diesel::table! {
    payments (id) {
        id -> Int4,
        order_id -> Int4,
        amount_cents -> Int4,
        paid_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    products (id) {
        id -> Int4,
        name -> Varchar,
        price_cents -> Int4,
        stock -> Int4,
        sku -> Nullable<Varchar>,
    }
}

diesel::table! {
    users (id) {
        id -> Int4,
        email -> Varchar,
        full_name -> Varchar,
        created_at -> Timestamptz,
    }
}

diesel::joinable!(order_items -> orders (order_id));
diesel::joinable!(order_items -> products (product_id));
diesel::joinable!(orders -> users (user_id));
diesel::joinable!(payments -> orders (order_id));

diesel::allow_tables_to_appear_in_same_query!(order_items, orders, payments, products, users,);
