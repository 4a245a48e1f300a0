import { openThrowAway } from '../../src/databases/pglite.ts';
import { observeStatement } from '../../src/rehearse/observe.ts';
import { splitStatements } from '../../src/sql/postgres/split.ts';

const transactionControl = /^\s*(?:begin|commit|start\s+transaction|end|rollback)\b/i;

/**
 * Runs the pending statements of a stack in the embedded PostgreSQL, on the schema that its history makes, and sets what
 * was seen beside what was predicted.
 *
 * @param history scripts of the migrations before, in order
 * @param statements assessed statements, in order
 * @returns one comparison a statement: predicted and observed locks and rewrites as sorted text, and whether they agree
 */
export async function compareWithEmbedded(history, statements) {
  const database = await openThrowAway();
  try {
    for (const sql of history.flatMap(statementsOf)) await database.exec(sql);
    const comparisons = [];
    for (const statement of statements.filter(({ sql }) => !transactionControl.test(sql))) {
      const seen = await observeStatement(database, statement.sql);
      comparisons.push(compare(statement, seen));
      await database.exec(statement.sql);
    }
    return { version: database.version, comparisons };
  } finally {
    await database.close();
  }
}

/**
 * Carries out the steps of a plan on the schema that a history makes, with rows among its users.
 *
 * @returns for each step what its check said before and after it
 */
export async function carryOut(history, steps) {
  const database = await openThrowAway();
  const done = async ({ check }) => (await database.query(check))[0].done;
  try {
    for (const sql of history.flatMap(statementsOf)) await database.exec(sql);
    await database.exec("INSERT INTO users (email, name) SELECT n || '@example.com', 'user ' || n FROM generate_series(1, 12000) n");
    const results = [];
    for (const step of steps) {
      const before = await done(step);
      if (step.mode === 'transaction') await database.exec(step.sql.join(';\n'));
      else for (const sql of step.sql) await database.exec(sql);
      results.push({ step, before, after: await done(step) });
    }
    return results;
  } finally {
    await database.close();
  }
}

/** One by one, without a runner's transaction: some of them cannot run in one. */
function statementsOf(script) {
  const parts = splitStatements(script).statements.map(({ start, end }) => script.slice(start, end));
  return parts.filter((sql) => !transactionControl.test(sql));
}

function compare(statement, seen) {
  if (seen.error)
    return {
      statement,
      predicted: [],
      observed: [`refused in a transaction: ${seen.error.message}`],
      agree: statement.effects.runsInTransaction === false,
    };
  // Only what was there before the statement can be locked by it against others.
  const predicted = lines(statement.effects.locks, statement.effects.rewrites);
  const observed = lines(seen.locks, seen.rewrites);
  return { statement, predicted, observed, agree: predicted.join() === observed.join() };
}

function lines(locks, rewrites) {
  const weak = new Set(['AccessShareLock']);
  return [
    ...locks
      .filter((lock) => !weak.has(lock.mode))
      .map((lock) => `${lock.mode} on ${lock.relation}`)
      .sort(),
    ...rewrites.map((relation) => `rewrites ${relation}`).sort(),
  ];
}
