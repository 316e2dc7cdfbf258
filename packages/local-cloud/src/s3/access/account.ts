import { createHash } from 'node:crypto';
import { ACCOUNT_ID } from '../../shared/account.ts';
import type { Caller } from '../../shared/caller.ts';

/** An owner of buckets and objects. */
export interface Account {
  /** 12 digits. */
  readonly id: string;
  /** 64 hexadecimal digits, which S3 shows instead of the account's number. */
  readonly canonicalId: string;
  readonly displayName: string;
}

/** The account of a caller. Services and callers without a signature have none. */
export function accountOf(caller: Caller): Account | undefined {
  if (caller.kind === 'root') return accountById(ACCOUNT_ID);
  if (caller.kind === 'role') return accountById(caller.roleArn.split(':')[4] ?? ACCOUNT_ID);
  return undefined;
}

export function accountById(id: string): Account {
  return {
    id,
    canonicalId: createHash('sha256').update(`canonical user ${id}`).digest('hex'),
    displayName: `account-${id}`,
  };
}
