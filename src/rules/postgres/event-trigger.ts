import { defineRule } from '../rule.js';

export default defineRule({
  category: 'correctness',
  severity: 'medium',
  title: 'Event trigger: runs at every later schema change',
  why: 'An event trigger fires for the whole database, also for migrations of others; one that raises an error stops them all. It needs a superuser.',
  source: 'https://www.postgresql.org/docs/current/event-triggers.html',
  needs: ['privileges'],
  on: ['createEventTrigger'],
  check(change) {
    return {
      needs: ['privileges'],
      why: `From now on ${change.name} runs with every matching schema change in this database, and an error in it makes them fail.`,
      fix: { summary: 'Have a superuser review and install it outside the migrations, with a way to disable it.', sql: null },
    };
  },
  setup: 'CREATE FUNCTION note_change() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN RETURN; END $$;',
  bad: [{ sql: 'CREATE EVENT TRIGGER note_changes ON ddl_command_end EXECUTE FUNCTION note_change();' }],
  good: [{ sql: 'CREATE TABLE orders (id bigint);' }],
});
