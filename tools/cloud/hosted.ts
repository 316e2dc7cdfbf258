import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Credentials } from '@reelgate/local-cloud';
import { RUNNING } from './folders.ts';

/** What the commands need to know of a running local cloud. */
export interface Hosted {
  readonly pid: number;
  readonly api: string;
  readonly issuer: string;
  readonly clientId: string;
  readonly scopes: string;
  /** Where the sign-in page sends the code. */
  readonly redirectUri: string;
  readonly endpoints: { readonly s3: string; readonly services: string };
  readonly table: string;
  readonly stateMachine: string;
  readonly sourceBucket: string;
  readonly outputBucket: string;
  /** The operator's: every policy allows it. */
  readonly operator: Credentials;
  /** Where faults are told, if that was asked for: packages/local-cloud/docs/faults.md. */
  readonly control?: { readonly url: string; readonly token: string };
}

/** Names the stack outputs that a Hosted is made of. */
export function hostedFrom(
  outputs: Readonly<Record<string, Readonly<Record<string, string>>>>,
  endpoints: { readonly s3: string; readonly services: string },
  operator: Credentials,
): Hosted {
  const all = Object.assign({}, ...Object.values(outputs)) as Record<string, string>;
  const output = (name: string): string => {
    const value = all[name];
    if (value === undefined) {
      throw new Error(`No stack has the output ${name}; there are ${Object.keys(all).join(', ')}.`);
    }
    return value;
  };
  return {
    pid: process.pid,
    api: output('ApiUrl'),
    issuer: output('Issuer'),
    clientId: output('ClientId'),
    scopes: `openid ${output('ReadScope')} ${output('WriteScope')}`,
    redirectUri: output('CallbackUrl'),
    table: output('TableName'),
    stateMachine: output('StateMachineArn'),
    sourceBucket: output('SourceBucketName'),
    outputBucket: output('OutputBucketName'),
    endpoints,
    operator,
  };
}

/** Leaves word for `npm run token`; only the owner of the process may read it. */
export function announce(hosted: Hosted): void {
  mkdirSync(dirname(RUNNING), { recursive: true });
  writeFileSync(RUNNING, JSON.stringify(hosted, null, 2), { mode: 0o600 });
}

export function withdraw(): void {
  rmSync(RUNNING, { force: true });
}

/** @throws Error saying in one sentence that nothing runs */
export function findRunning(): Hosted {
  try {
    const hosted = JSON.parse(readFileSync(RUNNING, 'utf8')) as Hosted;
    process.kill(hosted.pid, 0);
    return hosted;
  } catch {
    throw new Error('The local cloud is not running here. Start it in another terminal: npm start');
  }
}
