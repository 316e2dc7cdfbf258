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

export type Username = (typeof ACCOUNTS)[number]['username'];
