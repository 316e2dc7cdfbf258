import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ListObjectsV2Command,
  PutObjectCommand,
  type PutObjectCommandInput,
} from '@aws-sdk/client-s3';
import { startCloud } from '@reelgate/local-cloud';
import { ROOT } from '../../tools/cloud/folders.ts';
import { synthesize } from '../../tools/cloud/synthesize.ts';
import { copyAssembly, type Template } from '../../tools/permissions/assembly-copy.ts';
import { type Fixture, openFixture } from '../../tools/permissions/fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'reelgate-policies-'));
let assemblyDir: string;

beforeAll(async () => {
  assemblyDir = await synthesize(ROOT);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function eachStatement(
  { Resources }: Template,
  types: readonly string[],
  change: (statement: { Condition?: unknown }, place: string) => void,
): void {
  for (const { Type, Properties, Metadata } of Object.values(Resources)) {
    if (!types.includes(Type)) continue;
    for (const statement of Properties?.PolicyDocument?.Statement ?? []) {
      change(statement, String(Metadata?.['aws:cdk:path']));
    }
  }
}

describe('A policy with an element that the evaluator does not support', () => {
  it.each([
    [
      'an operator, in a role’s policy',
      ['AWS::IAM::Policy'],
      { StringResembles: { 'aws:PrincipalArn': '*' } },
      /operator "StringResembles" is not supported/,
    ],
    [
      'a key, in a role’s policy',
      ['AWS::IAM::Policy'],
      { StringEquals: { 'aws:MoonPhase': 'full' } },
      /key "aws:MoonPhase" is not supported/,
    ],
    [
      'an operator, in a bucket’s policy',
      ['AWS::S3::BucketPolicy'],
      { Boolish: { 'aws:SecureTransport': 'false' } },
      /operator "Boolish" is not supported/,
    ],
    [
      'a key, in a queue’s policy',
      ['AWS::SQS::QueuePolicy'],
      { ArnEquals: { 'aws:SourceWish': '*' } },
      /key "aws:SourceWish" is not supported/,
    ],
  ])('stops the start, for %s, and says what it is', async (what, types, Condition, said) => {
    const name = what.replace(/\W+/g, '-');
    const copy = copyAssembly(assemblyDir, join(folder, name), (template) =>
      eachStatement(template, types, (statement) => {
        statement.Condition = Condition;
      }),
    );
    const starting = startCloud({ assemblyDir: copy, dataDir: join(folder, `${name}-data`) });
    await expect(starting).rejects.toThrow(said);
  });
});

describe('The bucket policies', () => {
  let fixture: Fixture;

  beforeAll(async () => {
    // Loopback counts as TLS. With the condition inverted, the statement must deny every request.
    const copy = copyAssembly(assemblyDir, join(folder, 'turned'), (template) =>
      eachStatement(template, ['AWS::S3::BucketPolicy'], (statement, place) => {
        if (!place.includes('/Output/')) return;
        const { Bool } = statement.Condition as { Bool?: Record<string, string> };
        // The statement that lets distributions read has another condition.
        if (!Bool) return;
        expect(Bool).toEqual({ 'aws:SecureTransport': 'false' });
        statement.Condition = { Bool: { 'aws:SecureTransport': 'true' } };
      }),
    );
    fixture = await openFixture(copy, join(folder, 'turned-data'));
  });

  afterAll(() => fixture?.close());

  it('deny requests without TLS, even from the operator', async () => {
    const list = (Bucket: string) => fixture.s3.send(new ListObjectsV2Command({ Bucket }));
    await expect(list(fixture.hosted.outputBucket)).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining('with an explicit deny in a resource-based policy'),
    });
    await expect(list(fixture.hosted.sourceBucket)).resolves.toMatchObject({ KeyCount: 0 });
  });

  it('deny every write that could replace a source', async () => {
    const put = (more: Partial<PutObjectCommandInput> = {}) =>
      fixture.s3.send(
        new PutObjectCommand({
          Bucket: fixture.hosted.sourceBucket,
          Key: 'uploads/somebody/01890000-0000-7000-8000-000000000000/source',
          Body: 'a source',
          ...more,
        }),
      );
    await expect(put()).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining('explicit deny'),
    });
    await expect(put({ IfNoneMatch: '*' })).resolves.toBeDefined();
    await expect(put({ IfNoneMatch: '*' })).rejects.toMatchObject({ name: 'PreconditionFailed' });
  });
});
