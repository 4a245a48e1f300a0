/** Every hazard of PostgreSQL migrations that was collected from 25 linters and from measurements, by id. */
export const knownHazards = `
  add-column-brief-lock add-column-default-constant-pre11 add-column-default-stable-function
  add-column-default-volatile add-column-default-user-function add-column-default-nextval add-column-serial
  add-column-identity add-column-generated-stored add-column-generated-virtual-checked add-column-not-null-no-default
  add-column-not-null-default-dropped add-column-unique add-column-primary-key add-column-references
  add-column-references-with-default add-column-check add-column-constrained-domain add-column-json
  add-column-prepared-select-star add-column-partitioned add-column-only-parent add-column-if-not-exists-noop
  add-column-toast-or-wide drop-column drop-column-drops-index drop-column-fk-locks-parent drop-column-view-dependency
  drop-column-cascade drop-column-generated-dependent drop-column-partition-key drop-table drop-table-fk-locks-parents
  drop-table-cascade drop-table-dependent-error drop-schema drop-database drop-owned rename-column
  rename-column-breaks-functions rename-table rename-schema rename-index rename-index-via-alter-table
  rename-constraint rename-enum-value rename-type-function-sequence set-schema alter-type-rewrite
  alter-type-widening-safe alter-type-index-rebuild alter-type-narrowing alter-type-using-expression
  alter-type-timezone-dependent alter-type-fk-column alter-type-referenced-pk alter-type-check-revalidate
  alter-type-dependency-error alter-type-default-uncastable alter-type-statistics-reset alter-type-array-trap
  alter-type-enum-recreate set-not-null set-not-null-proof-version set-not-null-check-dropped-same-command
  set-not-null-over-not-valid-nn pg18-not-null-not-valid add-not-null-constraint-valid drop-not-null
  set-default-no-backfill drop-default set-storage-compression set-statistics-safe add-identity
  identity-sequence-not-synced drop-identity-or-expression set-expression-rewrite add-check
  validate-in-same-transaction validate-never-run validate-constraint add-check-no-inherit add-check-volatile
  add-check-not-enforced alter-constraint-enforced add-fk add-fk-not-valid-locks-parent add-fk-partitioned-not-valid
  add-fk-referencing-partitioned add-fk-multiple-same-tx add-fk-missing-index add-fk-type-mismatch
  add-fk-no-unique-target add-fk-cascade add-fk-in-create-table drop-fk-locks-parent alter-fk-deferrable add-unique
  add-unique-data-dependent add-unique-using-index-ineligible add-unique-not-valid add-unique-partition-key-missing
  add-unique-partitioned add-pk add-pk-using-index-nullable add-exclusion add-temporal-constraint drop-constraint
  drop-primary-key drop-constraint-cascade create-index concurrently-in-transaction
  concurrently-in-multi-statement-file concurrently-invalid-leftover concurrently-with-lock-timeout
  concurrently-long-transaction create-index-concurrently-corruption create-index-partitioned
  create-index-expression-volatile create-index-if-not-exists-mismatch create-unique-index redundant-index wide-index
  drop-index drop-index-used replace-index-gap drop-index-constraint-backed drop-index-concurrently-limits
  drop-index-partition-child reindex reindex-partitioned-tx reindex-concurrently-leftover alter-index-set-params
  alter-index-attach truncate truncate-cascade truncate-fk-parent vacuum-full cluster repack vacuum-in-transaction
  set-logged-unlogged create-unlogged set-tablespace set-access-method set-with-oids set-storage-params
  autovacuum-disabled owner-to inherit lock-table replica-identity create-table-as create-table-if-not-exists-drift
  create-table-no-pk identifier-truncated int-pk-exhaustion create-schema-qualified drop-recreate-table
  attach-partition attach-partition-default-scan attach-partition-index-build attach-partition-fk create-partition-of
  detach-partition detach-concurrently-default detach-concurrently-pending drop-partition partition-split-merge
  set-not-null-partitioned update-partition-key create-trigger drop-trigger disable-trigger session-replication-role
  create-rule enable-rls policy-change grant-revoke create-or-replace-view-incompatible replace-view-lock drop-view
  view-select-star-stale refresh-matview refresh-matview-concurrently refresh-matview-no-data create-matview-with-data
  event-trigger publication-change create-subscription-tx enum-add-value-in-transaction enum-add-value-used-same-tx
  enum-add-value-unordered enum-create enum-remove-value composite-add-attribute domain-add-constraint domain-validate
  domain-set-not-null domain-create-with-constraint drop-type-domain-cascade alter-sequence sequence-restart
  drop-sequence-cascade replace-function-incompatible drop-function-dependency security-definer-search-path
  create-extension drop-extension-cascade create-statistics comment-on update-without-where update-tautology-where
  delete-without-where insert-select-large dml-in-ddl-migration pending-trigger-events multi-ddl-transaction
  multi-alter-same-table strong-plus-weak-subcommand create-index-after-alter-same-tx missing-lock-timeout
  lock-timeout-too-long-or-zero set-local-outside-tx missing-statement-timeout missing-idle-timeout
  uncommitted-transaction savepoint-overuse ddl-in-do-block data-migration-explicit-ids insert-without-columns
  select-star-in-view-or-function non-idempotent irreversible-migration duplicate-assignment ordering-hazard
  tx-forbidden-statement superuser-operation large-table-context select-for-update-bulk collation-or-nondeterministic
  autovacuum-conflict`
  .trim()
  .split(/\s+/);

/** Hazards of versions that lockkeeper does not judge (before 14, and 19), and why. */
export const outOfScope: Record<string, string> = {
  'add-column-default-constant-pre11': 'a rewrite up to PostgreSQL 10 only',
  repack: 'PostgreSQL 19',
  'partition-split-merge': 'PostgreSQL 19',
  'set-with-oids': 'removed in PostgreSQL 12',
  'add-unique-not-valid': 'the parser itself refuses it: reported as not analysed, with the error of the server',
  'enum-add-value-in-transaction': 'an error up to PostgreSQL 11 only',
};
