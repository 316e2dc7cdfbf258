import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';
import { S3Client } from '@aws-sdk/client-s3';
import { emptyBucket } from './deploy/empty-bucket.ts';

const USAGE = `usage: node tools/empty-buckets.ts [--yes] OUTPUTS

Deletes everything in the two buckets of a deployment, so that its data stack can be destroyed.
OUTPUTS is the file that "npx cdk deploy --all --outputs-file OUTPUTS" writes. Credentials and
region are those of the AWS command line (AWS_PROFILE, AWS_REGION). Without --yes it asks first.`;

type Outputs = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** The buckets in the stacks' outputs, source first. */
function bucketsOf(outputs: Outputs): string[] {
  const all = Object.assign({}, ...Object.values(outputs)) as Record<string, string>;
  const names = [all.SourceBucketName, all.OutputBucketName].filter((name) => name !== undefined);
  if (names.length === 2) return names;
  throw new Error(
    `The file has the outputs ${Object.keys(all).join(', ') || '(none)'}; expected SourceBucketName and OutputBucketName.`,
  );
}

async function confirmed(buckets: readonly string[]): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const reply = await terminal.question(
    `This permanently deletes every video in ${buckets.join(' and ')}. Type "delete" to continue: `,
  );
  terminal.close();
  return reply.trim() === 'delete';
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: { yes: { type: 'boolean', default: false }, help: { type: 'boolean' } },
    allowPositionals: true,
  });
  const [file] = positionals;
  if (values.help || file === undefined || positionals.length > 1) {
    console.error(USAGE);
    return values.help ? 0 : 2;
  }
  const buckets = bucketsOf(JSON.parse(readFileSync(file, 'utf8')) as Outputs);
  if (!values.yes && !(await confirmed(buckets))) {
    console.error('Nothing was deleted.');
    return 1;
  }
  const s3 = new S3Client({});
  for (const bucket of buckets) {
    const { versions, uploads } = await emptyBucket(s3, bucket);
    console.log(`${bucket}: ${versions} versions and ${uploads} unfinished uploads deleted`);
  }
  return 0;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  },
);
