/**
 * Python that is loaded before Django starts (`PYTHONPATH`). Whatever the settings read, connections of the alias `default` go to
 * the database that we name, and connections of other engines and aliases are refused. Nothing else of the project is changed.
 */
export const sitecustomize = String.raw`
import json, os

def _lockkeeper():
    given = json.loads(os.environ.pop("LOCKKEEPER_DJANGO"))
    address = given["address"]
    if given["variable"]:
        os.environ[given["variable"]] = address["url"]

    from django.db.backends.base.base import BaseDatabaseWrapper
    connect = BaseDatabaseWrapper.connect
    def guarded(self):
        if self.vendor != "postgresql" or self.alias != "default":
            raise RuntimeError("lockkeeper: the connection %s is not the database that was named" % self.alias)
        return connect(self)
    BaseDatabaseWrapper.connect = guarded

    from django.db.backends.postgresql.base import DatabaseWrapper
    original = DatabaseWrapper.get_connection_params
    def turned(self):
        self.settings_dict.update({"NAME": address["database"], "HOST": address["host"], "PORT": str(address["port"]), "USER": address["user"], "PASSWORD": address["password"] or ""})
        parameters = original(self)
        for key in ("service", "hostaddr", "sslmode", "sslrootcert", "sslcert", "sslkey", "passfile", "pool"):
            parameters.pop(key, None)
        return parameters
    DatabaseWrapper.get_connection_params = turned

if "LOCKKEEPER_DJANGO" in os.environ:
    _lockkeeper()
`;
