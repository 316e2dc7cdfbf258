import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { App, CfnOutput, CfnWaitConditionHandle, Stack } from 'aws-cdk-lib/core';
import { readAssembly } from '../../src/cloudformation/assembly.ts';

const folder = mkdtempSync(join(tmpdir(), 'assembly-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('a cloud assembly', () => {
  it('has its stacks in the order of their dependencies, and its assets in place', () => {
    const code = join(folder, 'code');
    mkdirSync(code, { recursive: true });
    writeFileSync(join(code, 'index.mjs'), 'export const handler = () => 1;');
    writeFileSync(join(folder, 'definition.json'), '{}');
    const app = new App({ outdir: join(folder, 'out') });
    const second = new Stack(app, 'Second');
    const first = new Stack(app, 'First');
    second.addStackDependency(first);
    const asset = new Asset(first, 'Code', { path: code });
    const definition = new Asset(first, 'Definition', { path: join(folder, 'definition.json') });
    new CfnOutput(first, 'Key', { value: asset.s3ObjectKey });
    new CfnWaitConditionHandle(first, 'Empty');
    new CfnWaitConditionHandle(second, 'Empty');
    app.synth();

    const { stacks, assets } = readAssembly(join(folder, 'out'));
    expect(stacks.map(({ name }) => name)).toEqual(['First', 'Second']);
    const bucket = 'cdk-hnb659fds-assets-000000000000-us-east-1';
    expect(assets.pathOf(bucket, asset.s3ObjectKey)).toBe(
      join(folder, 'out', `asset.${asset.assetHash}`),
    );
    expect(assets.pathOf(bucket, definition.s3ObjectKey)).toMatch(/\.json$/);
    expect(() => assets.pathOf(bucket, 'other.zip')).toThrow(/no asset s3:\/\/.*\/other.zip/);
  });

  it('is reported by path if it does not exist', () => {
    expect(() => readAssembly(join(folder, 'nothing'))).toThrow(/is not a CDK cloud assembly/);
  });

  it('with an unknown kind of artifact is refused', () => {
    const place = join(folder, 'stage');
    mkdirSync(place);
    const artifacts = { 'assembly-Prod': { type: 'cdk:cloud-assembly' } };
    writeFileSync(join(place, 'manifest.json'), JSON.stringify({ artifacts }));
    expect(() => readAssembly(place)).toThrow(
      /assembly-Prod: artifact type cdk:cloud-assembly is not supported/,
    );
  });
});
