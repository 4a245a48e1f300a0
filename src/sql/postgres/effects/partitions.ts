import type { ChangeOf } from '../../../core/change.js';
import { qualify, splitName } from '../../../core/names.js';
import type { EffectsHandlers } from './handler.js';
import type { EffectsEnvironment, Use } from './use.js';

function attached(change: ChangeOf<'attachPartition'>, { catalog, need }: EffectsEnvironment): Use[] {
  const { table: target, partition } = change;
  const parent = catalog.relation(target);
  const child = catalog.relation(partition);
  if (!parent?.known || !child?.known) need('schema');
  const leaves = catalog.leaves(partition);
  const members = [...new Set([partition, ...catalog.descendants(partition), ...leaves])];
  const uses: Use[] = [
    {
      shape: isProven(change, child)
        ? 'attach-partition-proven'
        : change.bound.isDefault && !catalog.descendants(target).length
          ? 'attach-partition-as-default'
          : 'attach-partition',
      roles: { target, partition: members },
    },
  ];
  const existing = catalog.defaultPartition(target);
  if (existing) uses.push({ shape: 'attach-partition-default', roles: { target, partition, default: catalog.leaves(existing) } });
  for (const index of catalog.indexesOf(target)) {
    const columns = index.keys.map((key) => key.column).join();
    const has = catalog
      .indexesOf(partition)
      .some(
        (other) => !other.parent && other.valid && other.keys.map((key) => key.column).join() === columns && other.unique === index.unique,
      );
    if (has) continue;
    const bare = `${splitName(partition).at(-1)}_${index.keys.map((key) => key.column ?? 'expr').join('_')}_${index.constraint ? (parent?.constraints.get(index.constraint)?.kind === 'primaryKey' ? 'pkey' : 'key') : 'idx'}`;
    const name =
      index.constraint && parent?.constraints.get(index.constraint)?.kind === 'primaryKey' ? `${splitName(partition).at(-1)}_pkey` : bare;
    uses.push({
      shape: 'attach-partition-index',
      roles: { target, partition: leaves, newIndex: qualify(splitName(partition)[0] ?? 'public', name) },
    });
  }
  for (const { constraint } of catalog.foreignKeysFrom(target)) {
    const has = catalog
      .foreignKeysFrom(partition)
      .some(
        ({ constraint: other }) =>
          other.columns.join() === constraint.columns.join() && other.references?.table === constraint.references?.table && other.valid,
      );
    if (has) uses.push({ shape: 'attach-partition-foreign-key-matched', roles: { referenced: constraint.references?.table } });
    else
      uses.push({ shape: 'attach-partition-foreign-key', roles: { target, partition: leaves, referenced: constraint.references?.table } });
  }
  return uses;
}

/** A valid CHECK over the partition's bound spares the scan; only plain range and list bounds over one column are recognised. */
function isProven(change: ChangeOf<'attachPartition'>, child: ReturnType<EffectsEnvironment['catalog']['relation']>): boolean {
  const literals = [...change.bound.sql.matchAll(/\(([^)]*)\)/g)].flatMap((match) => match[1]!.split(',').map((part) => part.trim()));
  if (literals.length === 0 || literals.includes('?')) return false;
  return [...(child?.constraints.values() ?? [])].some((constraint) => {
    const sql = constraint.kind === 'check' && constraint.valid ? (constraint.expression?.sql ?? '') : '';
    return (
      sql !== '' &&
      literals.every((literal) => sql.includes(literal)) &&
      (constraint.columns.every((column) => child?.columns.get(column)?.notNull) || /is not null/i.test(sql))
    );
  });
}

/** Effects of attaching and detaching partitions. */
export const partitionHandlers: EffectsHandlers = {
  attachPartition: attached,
  detachPartition: (change, { catalog, fail }) => {
    const { table: target, partition } = change;
    const existing = catalog.defaultPartition(target);
    if (change.finalize) return [{ shape: 'detach-partition', roles: { target, partition } }];
    const members = [partition, ...catalog.descendants(partition)];
    if (change.concurrently) {
      if (existing) fail('55000', `cannot detach partitions of ${target} concurrently when a default partition exists`);
      return [{ shape: 'detach-partition-concurrently', roles: { target, partition } }];
    }
    const shape = existing && existing !== partition ? 'detach-partition-default' : 'detach-partition';
    const referenced = catalog.foreignKeysFrom(target).map(({ constraint }) => constraint.references?.table ?? '');
    const more: Use[] = referenced.length ? [{ shape: 'add-foreign-key-not-valid', roles: { referenced } }] : [];
    return [{ shape, roles: { target, partition: members, default: existing } }, ...more];
  },
};
