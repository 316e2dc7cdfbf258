/**
 * The seeded accounts of the local user pool. The passwords are no secrets: the pool lives on loopback and
 * holds nothing else.
 */
export const ACCOUNTS = [
  { username: 'uploader-a', password: 'Uploader-a-1', groups: [] },
  { username: 'uploader-b', password: 'Uploader-b-1', groups: [] },
  { username: 'moderator-a', password: 'Moderator-a-1', groups: ['moderators'] },
  { username: 'moderator-b', password: 'Moderator-b-1', groups: ['moderators'] },
] as const;

/** `worker-<n>`: further uploaders, for trials that want an owner each. */
export function workerAccount(n: number) {
  return { username: `worker-${n}`, password: `Lane-${n}-1`, groups: [] };
}

/** Undefined for a name that no local cloud seeds; whether this one has seeded the worker, only it knows. */
export function accountOf(username: string) {
  const worker = /^worker-([1-9]\d*)$/.exec(username);
  if (worker) return workerAccount(Number(worker[1]));
  return ACCOUNTS.find((candidate) => candidate.username === username);
}

export type Username = (typeof ACCOUNTS)[number]['username'];
