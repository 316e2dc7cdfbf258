import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');

/** Runs bin/reelgate.ts as the CDK's command line does, without an account, and without bundling. */
function run(more: Record<string, string> = {}) {
  const { context } = JSON.parse(readFileSync(join(ROOT, 'cdk.json'), 'utf8')) as {
    context: object;
  };
  const outdir = mkdtempSync(join(tmpdir(), 'reelgate-app-'));
  const { status, stderr } = spawnSync(process.execPath, ['bin/reelgate.ts'], {
    cwd: ROOT,
    encoding: 'utf8',
    env: {
      PATH: process.env.PATH,
      CDK_OUTDIR: outdir,
      CDK_CONTEXT_JSON: JSON.stringify({ ...context, 'aws:cdk:bundling-stacks': [] }),
      ...more,
    },
  });
  return { outdir, status, stderr };
}

function configurationFile(configuration: object): string {
  const file = join(mkdtempSync(join(tmpdir(), 'reelgate-')), 'configuration.json');
  writeFileSync(file, JSON.stringify(configuration));
  return file;
}

describe('the app', () => {
  it('synthesizes all stacks without an AWS account, and its checks report no problem', () => {
    const { outdir, status, stderr } = run();
    expect({ status, stderr }).toMatchObject({ status: 0 });
    for (const stack of ['reelgate-data', 'reelgate-delivery', 'reelgate-pipeline']) {
      expect(existsSync(join(outdir, `${stack}.template.json`))).toBe(true);
    }
    const report = JSON.parse(
      readFileSync(join(outdir, 'validation-report.json'), 'utf8'),
    ) as object;
    expect(JSON.stringify(report)).not.toMatch(/"severity"/);
  });

  it('has no stack for delivery where it is off, as in GovCloud, which has no CloudFront', () => {
    const { outdir, status } = run({ REELGATE_CONFIG: configurationFile({ delivery: 'none' }) });
    expect(status).toBe(0);
    expect(existsSync(join(outdir, 'reelgate-pipeline.template.json'))).toBe(true);
    expect(existsSync(join(outdir, 'reelgate-delivery.template.json'))).toBe(false);
  });

  it('reads its configuration from the file in REELGATE_CONFIG', () => {
    const { outdir, status } = run({ REELGATE_CONFIG: configurationFile({ name: 'trial' }) });
    expect(status).toBe(0);
    expect(existsSync(join(outdir, 'trial-data.template.json'))).toBe(true);
  });

  it('reports an invalid configuration without a stack trace', () => {
    const { status, stderr } = run({ REELGATE_CONFIG: configurationFile({ nam: 'trial' }) });
    expect(status).toBe(1);
    expect(stderr).toMatch(/unknown 'nam'/);
    expect(stderr).not.toMatch(/\n +at /);
  });
});
