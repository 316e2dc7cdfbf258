import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from './synthesis.ts';

const LINTER = 'cfn-lint';
const installed = spawnSync(LINTER, ['--version']).status === 0;

/** cfn-lint is a Python program and optional. The synthesis itself validates the templates against CloudFormation's schemas. */
(installed ? describe : describe.skip)('cfn-lint', () => {
  it('finds no error in the templates', () => {
    const { directory } = build({
      alarmEmail: 'operators@example.com',
      monthlyBudget: 100,
    }).app.synth();
    const templates = readdirSync(directory).filter((name) => name.endsWith('.template.json'));
    expect(templates).toHaveLength(3);
    // cfn-lint knows the resources of a state machine's definition in the partition `aws` only, and substitutes nothing.
    for (const path of templates.map((name) => join(directory, name))) {
      writeFileSync(path, readFileSync(path, 'utf8').replaceAll(`\${Partition}`, 'aws'));
    }
    const { stdout, stderr, status } = spawnSync(
      LINTER,
      ['--ignore-checks', 'W', '--', ...templates.map((name) => join(directory, name))],
      { encoding: 'utf8' },
    );
    expect({ stdout, stderr, status }).toEqual({ stdout: '', stderr: '', status: 0 });
  });
});
