import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { build, type Resource } from './synthesis.ts';

/** Limit of a minified bundle. Reading the bundle takes most of a cold start. */
const MAX_BYTES = 700_000;

interface Bundle {
  readonly file: string;
  readonly code: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** The bundles that `cdk deploy` uploads, by function name. */
const { app, pipeline, delivery } = build({}, ['**']);
const { directory } = app.synth();
const resources = [pipeline, delivery].flatMap((stack): Resource[] =>
  stack ? Object.values(Template.fromStack(stack).toJSON().Resources) : [],
);
const bundles = resources
  .filter(({ Type }) => Type === 'AWS::Lambda::Function')
  .map(({ Properties }): [string, Bundle] => {
    const { Variables } = Properties.Environment as { Variables: Record<string, unknown> };
    const { S3Key } = Properties.Code as { S3Key: string };
    const asset = join(directory, `asset.${S3Key.replace(/\.zip$/, '')}`);
    const thread = ['MediaInfoModule.wasm', 'mediainfo-worker.js'];
    const expected = Variables.POWERTOOLS_SERVICE_NAME === 'inspect-media' ? thread : [];
    expect(readdirSync(asset).sort()).toEqual([...expected, 'index.js', 'package.json'].sort());
    const file = join(asset, 'index.js');
    const bundle = { file, code: readFileSync(file, 'utf8'), variables: Variables };
    return [String(Variables.POWERTOOLS_SERVICE_NAME), bundle];
  });

describe('the bundle of', () => {
  it.each(bundles)(`%s has at most ${MAX_BYTES} bytes`, (_, { code }) => {
    expect(Buffer.byteLength(code)).toBeLessThanOrEqual(MAX_BYTES);
  });

  it.each(bundles)('%s uses only the credentials of its role', (_, { code }) => {
    expect(code).toContain('AWS_SESSION_TOKEN');
    expect(code).not.toMatch(/credential_process|sso_start_url|web_identity_token_file/);
  });

  it.each(bundles)('%s contains zod/mini, not the complete zod', (_, { code }) => {
    expect(code).toContain('"ZodMiniType"');
    expect(code).not.toContain('"ZodType"');
  });

  it.each(bundles)('%s loads no Node module that the functions do not need', (_, { code }) => {
    const loaded = [...code.matchAll(/require\("(?:node:)?([\w/]+)"\)/g)].map(([, name]) => name);
    expect(loaded).toContain('crypto');
    for (const name of ['fs/promises', 'zlib', 'http2', 'child_process']) {
      expect(loaded).not.toContain(name);
    }
  });

  it.each(bundles)('%s contains no schemas of operations that no function calls', (_, { code }) => {
    // Operations of S3, DynamoDB, Step Functions and STS, in this order.
    const unused = /"(ReplicationConfiguration|GlobalTableName|loggingConfiguration|ProviderId)"/g;
    expect([...code.matchAll(unused)].map(([, name]) => name)).toEqual([]);
  });

  it.each(bundles)('%s loads on its own and exports a handler', (_, { file, variables }) => {
    const env = Object.fromEntries(
      Object.entries(variables).map(([name, value]) => [
        name,
        typeof value === 'string' ? value : `the-${name}`,
      ]),
    );
    const code = `console.log(typeof require(${JSON.stringify(file)}).handler)`;
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ['--input-type=commonjs', '--eval', code],
      {
        cwd: directory,
        encoding: 'utf8',
        env: { ...env, AWS_REGION: 'us-east-1' },
      },
    );
    expect({ stdout, stderr }).toEqual({ stdout: 'function\n', stderr: '' });
  });
});
