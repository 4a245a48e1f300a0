"""The connection to the database."""

import os

from sqlalchemy import URL, Engine, create_engine, make_url


def database_url() -> URL:
    """The database of BILLING_DATABASE_URL, whatever driver it names, by way of psycopg 3."""
    return make_url(os.environ["BILLING_DATABASE_URL"]).set(drivername="postgresql+psycopg")


def engine() -> Engine:
    return create_engine(database_url())
