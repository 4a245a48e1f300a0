// SQL like that of real migrations, the same on every run.

/** Five statements on one pair of tables: what a migration of a grown schema looks like. */
function group(number) {
  const table = `account_${number}`;
  const parent = `customer_${number}`;
  return [
    `CREATE TABLE public.${table} (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, customer_id bigint NOT NULL, email text NOT NULL, created_at timestamptz NOT NULL DEFAULT now());`,
    `ALTER TABLE public.${parent} ADD COLUMN status varchar(20) NOT NULL DEFAULT 'active';`,
    `CREATE ${number % 3 === 0 ? 'UNIQUE ' : ''}INDEX ${number % 4 === 0 ? 'CONCURRENTLY ' : ''}${parent}_status_idx ON public.${parent} (status, (lower(email))) WHERE status <> 'closed';`,
    `ALTER TABLE public.${table} ADD CONSTRAINT ${table}_customer_fk FOREIGN KEY (customer_id) REFERENCES public.${parent} (id) ON DELETE CASCADE;`,
    `UPDATE public.${parent} SET status = 'closed', updated_at = now() WHERE closed_at IS NOT NULL AND id > ${number * 1000};`,
  ];
}

/** A number of statements as one script. */
export function script(statements, first = 0) {
  const lines = [];
  for (let number = first; lines.length < statements; number++) lines.push(...group(number));
  return `${lines.slice(0, statements).join('\n')}\n`;
}
