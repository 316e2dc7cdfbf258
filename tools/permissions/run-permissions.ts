import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AuditEntry } from '@reelgate/local-cloud';
import { type Grant, readGrants } from '@reelgate/local-cloud/policies';
import { ROOT } from '../cloud/folders.ts';
import { synthesize } from '../cloud/synthesize.ts';
import { deadLetters, withoutTargets } from './dead-letters.ts';
import { EXPECTED_DENIALS, EXPLAINED, expects, explains } from './explained.ts';
import { openStage } from './fixture.ts';
import { describeGrant, unusedOf } from './grant.ts';
import { reconciling } from './reconciling.ts';
import { REVIEW_SCENARIOS, SCENARIOS, type Scenario } from './scenarios.ts';
import { WAYS_IN } from './upload-methods.ts';
import { deniedCalls, describeDenied, readTrail } from './used.ts';

/** What the runs have shown of every grant. */
export interface PermissionFindings {
  readonly grants: readonly Grant[];
  /** Every decision of all runs. */
  readonly trail: readonly AuditEntry[];
  /** Granted, used by no run, and not explained. */
  readonly unused: readonly Grant[];
  /** Entries of the list of explained grants that explain nothing, or something that was used. */
  readonly stale: readonly string[];
  /** Calls that were refused although nothing was taken away. */
  readonly denied: readonly AuditEntry[];
}

/** Walks everything that the pipeline can do, as the synthesized templates have it. */
export async function findPermissions(say: (line: string) => void): Promise<PermissionFindings> {
  const folder = mkdtempSync(join(tmpdir(), 'reelgate-permissions-'));
  try {
    const plain = await synthesize(ROOT);
    const review = await synthesize(ROOT, { configuration: { upload: { review: true } } });
    const first = await walk(
      plain,
      join(folder, 'plain'),
      [...SCENARIOS, ...WAYS_IN, reconciling],
      say,
    );
    const second = await walk(review, join(folder, 'review'), REVIEW_SCENARIOS, say);
    const broken = withoutTargets(plain, join(folder, 'without-targets'));
    const third = await walk(broken, join(folder, 'undelivered'), [deadLetters], say);
    const trail = [...first.trail, ...second.trail, ...third.trail];
    const unused = unusedOf(first.grants, trail);
    const refused = deniedCalls([...first.trail, ...second.trail]);
    return {
      grants: first.grants,
      trail,
      unused: unused.filter((grant) => !EXPLAINED.some((entry) => explains(entry, grant))),
      stale: [
        ...staleExplanations(unused),
        ...EXPECTED_DENIALS.filter((entry) => !refused.some((call) => expects(entry, call))).map(
          ({ action, reason }) => `${action}: ${reason}`,
        ),
      ],
      denied: refused.filter((call) => !EXPECTED_DENIALS.some((entry) => expects(entry, call))),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function staleExplanations(unused: readonly Grant[]): string[] {
  return EXPLAINED.flatMap((entry) =>
    entry.actions
      .filter((action) => !unused.some((grant) => explains({ ...entry, actions: [action] }, grant)))
      .map((action) => `${action}: ${entry.reason}`),
  );
}

async function walk(
  assemblyDir: string,
  dataDir: string,
  scenarios: readonly Scenario[],
  say: (line: string) => void,
): Promise<{ readonly grants: readonly Grant[]; readonly trail: readonly AuditEntry[] }> {
  const stage = await openStage(assemblyDir, dataDir);
  try {
    for (const { name, run } of scenarios) {
      say(`permissions: ${name}`);
      try {
        await run(stage);
      } catch (cause) {
        const said = cause instanceof Error ? cause.message : String(cause);
        throw new Error(`Scenario "${name}": ${said}`, { cause });
      }
    }
    return { grants: readGrants(assemblyDir, stage.cloud.resources), trail: readTrail(dataDir) };
  } finally {
    await stage.close();
  }
}

/**
 * Scores the permissions: each single grant is a case, which passes where a run has used it or the list of
 * explained ones names why none can; each refused call and each stale explanation is a case that differs.
 */
export async function runPermissions(
  say: (line: string) => void,
): Promise<{ passed: number; total: number; differing: readonly string[] }> {
  const { grants, unused, stale, denied } = await findPermissions(say);
  const differing = [
    ...unused.map((grant) => `never used: ${describeGrant(grant)}`),
    ...denied.map(describeDenied),
    ...stale.map((entry) => `explained, but used or not granted: ${entry}`),
  ];
  const total = grants.length + denied.length + stale.length;
  return { passed: total - differing.length, total, differing };
}

if (import.meta.main) {
  const { passed, total, differing } = await runPermissions(console.log);
  for (const line of differing) console.log(`  ${line}`);
  console.log(`permissions: ${passed} of ${total}`);
  process.exitCode = passed === total ? 0 : 1;
}
