mod models;
mod schema;
mod shop;

use diesel::prelude::*;

use models::{Product, User};
use schema::{products, users};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut connection = PgConnection::establish(&std::env::var("DATABASE_URL")?)?;

    let ada: User = diesel::insert_into(users::table)
        .values((users::email.eq("ada@example.com"), users::full_name.eq("Ada")))
        .returning(User::as_returning())
        .get_result(&mut connection)?;
    let padlock: Product = diesel::insert_into(products::table)
        .values((products::name.eq("Padlock"), products::price_cents.eq(1250), products::stock.eq(10)))
        .returning(Product::as_returning())
        .get_result(&mut connection)?;

    let lines = [shop::Line { product_id: padlock.id, quantity: 2 }];
    let order = shop::place_order(&mut connection, ada.id, &lines, Some("Ring twice"))?;
    shop::pay_order(&mut connection, &order)?;

    for order in shop::list_orders(&mut connection, ada.id)? {
        println!("order {}: {:?}, {} cents", order.id, order.status, order.total_cents);
    }
    Ok(())
}
