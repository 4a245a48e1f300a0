/**
 * Runs in the project's own Django on a throw-away database. Every migration is first collected as SQL, operation by operation, with the
 * schema as it is before it, and then really applied, so that the next one finds its schema; code (RunPython) is recorded while it runs.
 * Prints one line: LOCKKEEPER and JSON.
 */
export const renderProgram = String.raw`
import ast, inspect, json, os
from django.db import connection, migrations as kinds
from django.db.migrations.executor import MigrationExecutor

wanted = set(json.loads(os.environ["LOCKKEEPER_WANTED"]))
answer = {}

class Marked(list):
    def __init__(self, where):
        super().__init__(); self.where = where; self.made = {}
    def append(self, item):
        self.made[id(item)] = self.where["operation"]; super().append(item)
    def extend(self, items):
        for item in items: self.append(item)
    def __iter__(self):
        for item in super().__iter__():
            self.where["operation"] = self.made.get(id(item), self.where["operation"]); yield item

def lines(migration):
    path = inspect.getsourcefile(type(migration))
    for node in ast.walk(ast.parse(open(path, encoding="utf-8").read())):
        if isinstance(node, ast.Assign) and any(getattr(t, "id", "") == "operations" for t in node.targets) and isinstance(node.value, ast.List):
            if len(node.value.elts) == len(migration.operations): return [e.lineno for e in node.value.elts]
    return [None] * len(migration.operations)

def flat(operation):
    if isinstance(operation, kinds.SeparateDatabaseAndState):
        for inner in operation.database_operations: yield from flat(inner)
    else: yield operation

def notes(migration, places):
    for operation, line in zip(migration.operations, places):
        for inner in flat(operation):
            if not inner.reversible: yield [type(inner).__name__ + " cannot be taken back: migrate backwards ends with IrreversibleError", line]
            if isinstance(inner, kinds.AddField):
                field = inner.field
                if field.has_default() and callable(field.default): yield ["the default of %s is a function: it is called once, and every row that is there gets the same value" % inner.name, line, "callable-default-one-value"]
                if field.has_default() and not field.null and not getattr(field, "has_db_default", lambda: False)(): yield ["Django drops the default of %s again at the end: inserts of code that does not know the column fail" % inner.name, line]
        if isinstance(operation, kinds.RunPython): yield ["runs Python: what it sends depends on the rows; it was recorded on empty tables", line]

def collect(migration, state, backwards):
    where = {"operation": None}
    method = "database_backwards" if backwards else "database_forwards"
    for position, operation in enumerate(migration.operations):
        original = getattr(operation, method)
        def wrapped(*args, _original=original, _position=position, **named):
            where["operation"] = _position
            return _original(*args, **named)
        setattr(operation, method, wrapped)
    collected = []
    try:
        with connection.schema_editor(collect_sql=True, atomic=migration.atomic) as editor:
            editor.collected_sql = Marked(where)
            editor.deferred_sql = Marked(where)
            (migration.unapply if backwards else migration.apply)(state, editor, collect_sql=True)
        made = editor.collected_sql
        collected = [[str(sql), made.made.get(id(sql))] for sql in list.__iter__(made)]
    finally:
        for operation in migration.operations: operation.__dict__.pop(method, None)
    return [[sql, position] for sql, position in collected if not sql.startswith("--") and sql not in ("BEGIN;", "COMMIT;")]

def record(executor, key, migration):
    sent = []
    current = {"operation": None}
    for position, operation in enumerate(migration.operations):
        if operation.reduces_to_sql: continue
        original = operation.database_forwards
        def wrapped(*args, _original=original, _position=position, **named):
            current["operation"] = _position
            try: return _original(*args, **named)
            finally: current["operation"] = None
        operation.database_forwards = wrapped
    def watch(execute, sql, params, many, context):
        if current["operation"] is not None:
            text = str(sql)
            try: text = connection.ops.compose_sql(text, params) if params else text
            except Exception: pass
            sent.append([text.rstrip(";") + ";", current["operation"]])
        return execute(sql, params, many, context)
    with connection.execute_wrapper(watch): executor.migrate([key])
    for operation in migration.operations: operation.__dict__.pop("database_forwards", None)
    return sent

executor = MigrationExecutor(connection)
plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
for migration, _ in plan:
    key = (migration.app_label, migration.name)
    name = "%s.%s" % key
    entry = {}
    try:
        executor = MigrationExecutor(connection)
        migration = executor.loader.get_migration(*key)
        asked = name in wanted
        if asked:
            places = lines(migration)
            entry = {"lines": places, "notes": list(notes(migration, places)), "atomic": migration.atomic}
            entry["up"] = collect(migration, executor.loader.project_state(key, at_end=False), False)
            sent = record(executor, key, migration)
            entry["up"] = sorted(entry["up"] + sent, key=lambda each: -1 if each[1] is None else each[1]) if sent else entry["up"]
            try: entry["down"] = collect(executor.loader.get_migration(*key), MigrationExecutor(connection).loader.project_state(key, at_end=False), True)
            except Exception as error: entry["down"] = None
            if any(isinstance(o, kinds.RunPython) for o in migration.operations): entry["downPartly"] = True
        else:
            executor.migrate([key])
    except Exception as error:
        entry["failed"] = "%s: %s" % (type(error).__name__, str(error).splitlines()[0] if str(error) else "")
        answer[name] = entry
        break
    if asked: answer[name] = entry
print("\nLOCKKEEPER " + json.dumps(answer))
`;
