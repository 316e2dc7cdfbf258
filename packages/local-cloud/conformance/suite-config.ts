import { accountById } from '../src/s3/access/account.ts';
import { ACCOUNT_ID } from '../src/shared/account.ts';

/** One access key of the tested S3. */
export interface SuiteUser {
  readonly accessKey: string;
  readonly secretKey: string;
}

/** The accounts that the suite needs; src/s3/main.ts creates an account for each, in this order. */
export const SUITE_USERS = ['main', 'alt', 'tenant'].map(
  (name): SuiteUser => ({ accessKey: `suite-${name}`, secretKey: `suite-${name}-secret` }),
);

/** The value of `--credentials` of src/s3/main.ts. */
export function credentialsArgument(): string {
  return SUITE_USERS.map(({ accessKey, secretKey }) => `${accessKey}:${secretKey}`).join(',');
}

/** The sections of s3tests.conf (see the suite's s3tests.conf.SAMPLE), each with the index of its user. */
const SECTIONS: readonly (readonly [section: string, user: number])[] = [
  ['s3 main', 0],
  ['s3 alt', 1],
  ['s3 tenant', 2],
  ['iam', 0],
  ['iam root', 0],
  ['iam alt root', 1],
];

/** The configuration file of the suite for an S3 on 127.0.0.1. */
export function suiteConfig(port: number): string {
  return [
    '[DEFAULT]',
    'host = 127.0.0.1',
    `port = ${port}`,
    'is_secure = False',
    'ssl_verify = False',
    '[fixtures]',
    'bucket prefix = conformance-{random}-',
    'iam name prefix = s3-tests-',
    'iam path prefix = /s3-tests/',
    ...SECTIONS.flatMap(([section, user]) => [`[${section}]`, ...userLines(user)]),
    '',
  ].join('\n');
}

function userLines(index: number): string[] {
  const user = SUITE_USERS[index];
  if (user === undefined) throw new Error(`The suite has no user ${index}.`);
  const account = accountById(String(Number(ACCOUNT_ID) + index).padStart(12, '0'));
  return [
    `access_key = ${user.accessKey}`,
    `secret_key = ${user.secretKey}`,
    `user_id = ${account.canonicalId}`,
    `display_name = ${account.displayName}`,
    `email = ${user.accessKey}@example.com`,
    'api_name = us-east-1',
    'tenant = suite',
  ];
}
