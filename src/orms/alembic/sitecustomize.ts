/**
 * Python that is loaded before Alembic starts (`PYTHONPATH`), so that it works whatever starts it: a virtual environment, uv, poetry.
 *
 * It turns every connection of SQLAlchemy to the database that we name, whatever env.py reads, and refuses other engines. Asked to,
 * it marks each statement with the line of the revision that made it: as a comment line in offline SQL, as a leading comment on the wire.
 * The project's env.py and revisions run as they are.
 */
export const sitecustomize = String.raw`
import json, os, sys

def _lockkeeper():
    given = json.loads(os.environ.pop("LOCKKEEPER_ALEMBIC"))
    folders = tuple(given["folders"])
    address = given["address"]

    if given["variable"]:
        from importlib.util import find_spec
        driver = next((d for d, m in (("psycopg2", "psycopg2"), ("psycopg", "psycopg"), ("asyncpg", "asyncpg"), ("pg8000", "pg8000")) if find_spec(m)), None)
        scheme = given["scheme"] or ("postgresql" if driver in (None, "psycopg2") else "postgresql+" + driver)
        os.environ[given["variable"]] = scheme + "://" + address["url"].split("://", 1)[1]

    def place():
        frame = sys._getframe(2)
        while frame is not None:
            name = os.path.realpath(frame.f_code.co_filename)
            if name.startswith(folders) and not name.endswith("env.py"):
                return name + ":" + str(frame.f_lineno)
            frame = frame.f_back
        return "-"

    from sqlalchemy import event
    from sqlalchemy.engine import Engine

    @event.listens_for(Engine, "do_connect")
    def connect(dialect, record, args, parameters):
        if dialect.name != "postgresql" or args:
            raise RuntimeError("lockkeeper: this connection cannot be turned to the database that was named")
        for key in ("dsn", "service", "hostaddr", "sslmode", "sslrootcert", "sslcert", "sslkey", "ssl", "dbname", "database", "passfile"):
            parameters.pop(key, None)
        name = "dbname" if dialect.driver.startswith("psycopg") else "database"
        parameters.update({"host": address["host"], "port": address["port"], "user": address["user"], name: address["database"]})
        parameters.pop("password", None)
        if address["password"] is not None:
            parameters["password"] = address["password"]

    if not given["marks"]:
        return

    from alembic.ddl.impl import DefaultImpl
    original = DefaultImpl.static_output
    def static_output(self, text):
        original(self, "-- lockkeeper:at " + place())
        original(self, text)
    DefaultImpl.static_output = static_output

    @event.listens_for(Engine, "before_cursor_execute", retval=True)
    def mark(connection, cursor, statement, parameters, context, many):
        at = place()
        return ("/* lockkeeper:at " + at.replace("*/", "") + " */ " + statement if at != "-" else statement), parameters

if "LOCKKEEPER_ALEMBIC" in os.environ:
    _lockkeeper()
`;
