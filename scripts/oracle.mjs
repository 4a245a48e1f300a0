// Measures what real PostgreSQL servers do and writes src/sql/postgres/facts and src/rules/facts, *.generated.json.
// Usage: npm run oracle [-- effects | type-changes | functions | throughput …]
import { register } from 'tsx/esm/api';

register();
const { generate } = await import('../test/oracle/generate.ts');
try {
  await generate(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
