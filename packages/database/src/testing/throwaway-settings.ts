/**
 * Settings of a server whose data nobody will miss: small and light, because several packages test at once, and without
 * any waiting for the disk. A killed server still recovers everything committed; a machine that loses power does not.
 */
export const THROWAWAY_SETTINGS = {
  shared_buffers: '32MB',
  maintenance_work_mem: '32MB',
  max_wal_size: '256MB',
  fsync: 'off',
  full_page_writes: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  // Databases live for seconds, and a worker of autovacuum in the template would be in the way of copying it.
  autovacuum: 'off',
  max_parallel_workers: '0',
  max_connections: '100',
} as const
