/** An account of the local user pool. */
export interface Account {
  readonly username: string;
  readonly password: string;
  readonly groups: readonly string[];
}

/** The accounts that every local cloud has. The passwords are not secret: the pool listens on loopback only. */
export const ACCOUNTS: readonly Account[] = [
  { username: 'uploader-a', password: 'Uploader-a-1', groups: [] },
  { username: 'uploader-b', password: 'Uploader-b-1', groups: [] },
  { username: 'moderator-a', password: 'Moderator-a-1', groups: ['moderators'] },
  { username: 'moderator-b', password: 'Moderator-b-1', groups: ['moderators'] },
];

/** `worker-<n>`: further uploaders, for tests that need an owner for each parallel worker. */
export function workerAccount(n: number): Account {
  return { username: `worker-${n}`, password: `Worker-${n}-1`, groups: [] };
}

/** Undefined for an unknown name. A `worker-<n>` exists only where the local cloud was started with enough workers. */
export function findAccount(username: string): Account | undefined {
  const worker = /^worker-([1-9]\d*)$/.exec(username);
  if (worker) return workerAccount(Number(worker[1]));
  return ACCOUNTS.find((account) => account.username === username);
}
