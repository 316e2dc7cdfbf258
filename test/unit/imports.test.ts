import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');

/** Writes `files` into an empty project and returns what our configuration reports of its imports. */
function check(files: Record<string, string>): string {
  const project = mkdtempSync(join(tmpdir(), 'reelgate-imports-'));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(project, path)), { recursive: true });
      writeFileSync(join(project, path), text);
    }
    const run = spawnSync(
      process.execPath,
      [
        join(ROOT, 'node_modules/.bin/depcruise'),
        '--config',
        join(ROOT, '.dependency-cruiser.js'),
        '--output-type',
        'err',
        '.',
      ],
      { cwd: project, encoding: 'utf8' },
    );
    return `${run.stdout}${run.stderr}`;
  } finally {
    rmSync(project, { recursive: true });
  }
}

const THING = 'export const thing = 1;\n';
const takes = (from: string) => `export { thing } from '${from}';\n`;

describe('The check of imports', () => {
  it('accepts every import in the direction of the layers', () => {
    const found = check({
      'core/contract/shape.ts': THING,
      'core/uploads/rule.ts': takes('../contract/shape.ts'),
      'functions/ports/uploads.ts': takes('../../core/uploads/rule.ts'),
      'functions/adapters/dynamodb/table.ts': takes('../../ports/uploads.ts'),
      'functions/use-cases/get-thing.ts': takes('../ports/uploads.ts'),
      'functions/http/route.ts': takes('../../core/uploads/rule.ts'),
      'functions/get-thing.ts': [
        takes('./adapters/dynamodb/table.ts'),
        "import './use-cases/get-thing.ts';\n",
        "import './http/route.ts';\n",
      ].join(''),
      'lib/stack.ts': takes('../core/uploads/rule.ts'),
      'bin/app.ts': takes('../lib/stack.ts'),
      'packages/client/src/index.ts': takes('../../../core/contract/shape.ts'),
      'packages/local-cloud/src/engine.ts': THING,
      'packages/local-cloud/src/index.ts': takes('./engine.ts'),
      'test/kit/cloud.ts': takes('../../packages/local-cloud/src/index.ts'),
      'tools/start.ts': takes('../packages/local-cloud/src/index.ts'),
      'tools/bench.ts': takes('../test/kit/cloud.ts'),
    });
    expect(found).toContain('no dependency violations found');
    expect(found).toMatch(/\(15 modules/);
  });

  const ENGINE = 'packages/local-cloud/src/engine.ts';
  const CLIENT = 'packages/client/src/upload.ts';

  it.each([
    ['core-imports-core', 'core/rule.ts', `../${ENGINE}`, ENGINE],
    ['contract-imports-contract', 'core/contract/shape.ts', '../rule.ts', 'core/rule.ts'],
    ['functions-import-core', 'functions/get-thing.ts', '../lib/stack.ts', 'lib/stack.ts'],
    [
      'ports-import-core',
      'functions/ports/uploads.ts',
      '../http/route.ts',
      'functions/http/route.ts',
    ],
    [
      'use-cases-import-ports',
      'functions/use-cases/get-thing.ts',
      '../adapters/s3/client.ts',
      'functions/adapters/s3/client.ts',
    ],
    [
      'use-cases-import-ports',
      'functions/use-cases/get-thing.ts',
      '../http/route.ts',
      'functions/http/route.ts',
    ],
    [
      'adapters-import-ports',
      'functions/adapters/s3/client.ts',
      '../../use-cases/get-thing.ts',
      'functions/use-cases/get-thing.ts',
    ],
    [
      'http-imports-core',
      'functions/http/route.ts',
      '../adapters/s3/client.ts',
      'functions/adapters/s3/client.ts',
    ],
    [
      'http-imports-core',
      'functions/http/route.ts',
      '../ports/uploads.ts',
      'functions/ports/uploads.ts',
    ],
    [
      'steps-import-core',
      'functions/steps/step.ts',
      '../ports/uploads.ts',
      'functions/ports/uploads.ts',
    ],
    [
      'media-imports-core',
      'functions/media/read.ts',
      '../ports/uploads.ts',
      'functions/ports/uploads.ts',
    ],
    [
      'handlers-are-not-imported',
      'functions/get-thing.ts',
      './put-thing.ts',
      'functions/put-thing.ts',
    ],
    ['lib-imports-core', 'lib/stack.ts', '../functions/get-thing.ts', 'functions/get-thing.ts'],
    ['bin-imports-lib', 'bin/app.ts', '../core/rule.ts', 'core/rule.ts'],
    ['client-imports-contract', CLIENT, '../../../core/rule.ts', 'core/rule.ts'],
    ['web-imports-packages', 'web/page.ts', '../core/rule.ts', 'core/rule.ts'],
    ['local-cloud-stands-alone', ENGINE, '../../../core/rule.ts', 'core/rule.ts'],
    [
      'faults-are-a-decorator',
      ENGINE,
      './faults/rule.ts',
      'packages/local-cloud/src/faults/rule.ts',
    ],
    ['packages-through-their-index', 'tools/start.ts', `../${ENGINE}`, ENGINE],
    ['tools-import', 'tools/start.ts', '../test/e2e/host.ts', 'test/e2e/host.ts'],
    ['no-unresolvable', 'core/rule.ts', './absent.ts', 'core/other.ts'],
  ])('reports a planted violation of %s', (rule, importer, imported, target) => {
    const found = check({ [importer]: takes(imported), [target]: THING });
    expect(found).toContain(`error ${rule}: ${importer}`);
  });

  it('reports the file system, an AWS client, zod itself and circular imports, of types too', () => {
    const found = check({
      'core/reads.ts': "export { readFileSync } from 'node:fs';\n",
      'core/contract/hashes.ts': "export { createHash } from 'node:crypto';\n",
      'functions/use-cases/calls.ts': "export { S3Client } from '@aws-sdk/client-s3';\n",
      'core/shape.ts': "export { string } from 'zod';\n",
      'functions/use-cases/hashes.ts': "export { randomUUID } from 'node:crypto';\n",
      'functions/shape.ts': "export type { output } from 'zod';\n",
      'core/one.ts': takes('./two.ts'),
      'core/two.ts': takes('./one.ts'),
      'core/shapes/a.ts': "import type { b } from './b.ts';\nexport type a = b;\n",
      'core/shapes/b.ts': "import type { a } from './a.ts';\nexport type b = a;\n",
    });
    expect(found).toContain('error core-is-pure: core/reads.ts');
    expect(found).toContain('error contract-runs-in-a-browser: core/contract/hashes.ts');
    expect(found).toContain('error aws-clients-in-adapters: functions/use-cases/calls.ts');
    expect(found).toContain('error use-cases-are-pure: functions/use-cases/hashes.ts');
    expect(found).toContain('error bundles-have-zod-mini: core/shape.ts');
    expect(found).toContain('error bundles-have-zod-mini: functions/shape.ts');
    expect(found).toMatch(/error no-circular: core\/(one|two)\.ts/);
    expect(found).toMatch(/error no-circular: core\/shapes\/[ab]\.ts/);
  });
});
