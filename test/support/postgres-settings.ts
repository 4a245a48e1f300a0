export type Settings = Record<string, string | number>;

/**
 * How the test servers are set up.
 *
 * Quiet: nothing but the statement that is looked at may take locks, so no autovacuum and no parallel workers (their locks would
 * stand under another process id). Throw-away: nothing is ever written safely to disk.
 */
export function settings(port: number, socketFolder: string, changed: Settings): string[] {
  const values: Settings = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: socketFolder,
    fsync: 'off',
    synchronous_commit: 'off',
    full_page_writes: 'off',
    shared_buffers: '32MB',
    max_wal_size: '1GB',
    max_connections: 60,
    max_prepared_transactions: 120,
    max_locks_per_transaction: 256,
    wal_level: 'logical',
    autovacuum: 'off',
    jit: 'off',
    max_parallel_workers_per_gather: 0,
    max_parallel_maintenance_workers: 0,
    track_functions: 'all',
    timezone: 'UTC',
    log_timezone: 'UTC',
    lc_messages: 'C',
    log_min_messages: 'fatal',
    log_min_error_statement: 'panic',
    ...changed,
  };
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}
