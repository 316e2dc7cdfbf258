import { join } from 'node:path';
import type { AuditEntry, CapacityEntry } from '@reelgate/local-cloud';
import { type Grant, readGrants } from '@reelgate/local-cloud/policies';
import { consumedCapacity, type Units, unitsBy } from '../cloud/consumed-units.ts';
import { ROOT } from '../cloud/folders.ts';
import { functionOf } from '../cloud/function-of.ts';
import { synthesize } from '../cloud/synthesize.ts';
import { temporaryFolder } from '../cloud/temporary-folder.ts';
import { ADMISSION_SCENARIOS, TWO_SLOTS } from './admission.ts';
import { deadLetters, withoutTargets } from './dead-letters.ts';
import { EXPECTED_DENIALS, EXPLAINED, expects, explains } from './explained.ts';
import { openFixture } from './fixture.ts';
import { describeGrant, unusedOf } from './grant.ts';
import { playing } from './playback.ts';
import { reconciling } from './reconciling.ts';
import { REVIEW_SCENARIOS, SCENARIOS, type Scenario } from './scenarios.ts';
import { UPLOAD_METHODS } from './upload-methods.ts';
import { deniedCalls, describeDenied, readAuditLog } from './used.ts';

/** What the runs showed about the grants. */
export interface PermissionFindings {
  readonly grants: readonly Grant[];
  /** Every decision of all runs. */
  readonly auditLog: readonly AuditEntry[];
  /** Grants that no run used and that are not explained. */
  readonly unused: readonly Grant[];
  /** Explanations and expected denials that apply to nothing any more. */
  readonly stale: readonly string[];
  /** Unexpected denials. */
  readonly denied: readonly AuditEntry[];
  /** DynamoDB's units of all runs by function; `workflow` for the writes of the state machine itself. */
  readonly units: ReadonlyMap<string, Units>;
}

/** Runs everything that the pipeline can do on the synthesized templates. */
export async function findPermissions(say: (line: string) => void): Promise<PermissionFindings> {
  const temporary = temporaryFolder('permissions');
  const folder = temporary.path;
  try {
    const plain = await synthesize(ROOT);
    const review = await synthesize(ROOT, { configuration: { upload: { review: true } } });
    const first = await runScenarios(
      plain,
      join(folder, 'plain'),
      [...SCENARIOS, ...UPLOAD_METHODS, playing, reconciling],
      say,
    );
    const second = await runScenarios(review, join(folder, 'review'), REVIEW_SCENARIOS, say);
    const narrow = await synthesize(ROOT, { configuration: TWO_SLOTS });
    const fourth = await runScenarios(narrow, join(folder, 'slots'), ADMISSION_SCENARIOS, say);
    const broken = withoutTargets(plain, join(folder, 'without-targets'));
    const third = await runScenarios(broken, join(folder, 'undelivered'), [deadLetters], say);
    const all = [first, second, third, fourth];
    const auditLog = all.flatMap((run) => run.auditLog);
    const unused = unusedOf(first.grants, auditLog);
    const denied = deniedCalls([first, second, fourth].flatMap((run) => run.auditLog));
    return {
      grants: first.grants,
      auditLog,
      unused: unused.filter((grant) => !EXPLAINED.some((entry) => explains(entry, grant))),
      stale: [
        ...staleExplanations(unused),
        ...EXPECTED_DENIALS.filter((entry) => !denied.some((call) => expects(entry, call))).map(
          ({ action, reason }) => `${action}: ${reason}`,
        ),
      ],
      units: unitsBy(
        all.flatMap(({ capacity }) => capacity),
        (role) => functionOf(role) ?? 'workflow',
      ),
      denied: denied.filter((call) => !EXPECTED_DENIALS.some((entry) => expects(entry, call))),
    };
  } finally {
    temporary.remove();
  }
}

function staleExplanations(unused: readonly Grant[]): string[] {
  return EXPLAINED.flatMap((entry) =>
    entry.actions
      .filter((action) => !unused.some((grant) => explains({ ...entry, actions: [action] }, grant)))
      .map((action) => `${action}: ${entry.reason}`),
  );
}

interface ScenarioFindings {
  readonly grants: readonly Grant[];
  readonly auditLog: readonly AuditEntry[];
  readonly capacity: readonly CapacityEntry[];
}

async function runScenarios(
  assemblyDir: string,
  dataDir: string,
  scenarios: readonly Scenario[],
  say: (line: string) => void,
): Promise<ScenarioFindings> {
  const fixture = await openFixture(assemblyDir, dataDir);
  try {
    for (const { name, run } of scenarios) {
      say(`permissions: ${name}`);
      try {
        await run(fixture);
      } catch (cause) {
        const message = cause instanceof Error ? cause.message : String(cause);
        throw new Error(`Scenario "${name}": ${message}`, { cause });
      }
    }
    return {
      grants: readGrants(assemblyDir, fixture.cloud.resources),
      auditLog: readAuditLog(dataDir),
      capacity: consumedCapacity(dataDir),
    };
  } finally {
    await fixture.close();
  }
}

/**
 * Scores the permissions. Each grant is a case, which passes if a run used it or the list of explanations has a
 * reason; each unexpected denial and each stale explanation is a case that fails.
 *
 * @param progress gets the name of each scenario
 * @param say gets the DynamoDB units that each function consumed
 */
export async function runPermissions(
  progress: (line: string) => void,
  say: (line: string) => void,
): Promise<{ passed: number; total: number; differing: readonly string[] }> {
  const { grants, unused, stale, denied, units } = await findPermissions(progress);
  say('Permissions: DynamoDB units of all runs');
  for (const line of unitLines(units)) say(line);
  const differing = [
    ...unused.map((grant) => `never used: ${describeGrant(grant)}`),
    ...denied.map(describeDenied),
    ...stale.map((entry) => `explained, but used or not granted: ${entry}`),
  ];
  const total = grants.length + denied.length + stale.length;
  return { passed: total - differing.length, total, differing };
}

function unitLines(units: ReadonlyMap<string, Units>): string[] {
  return [...units].map(
    ([name, { requests, reads, writes }]) =>
      `  ${name.padEnd(24)} ${requests} requests, ${writes} write units, ${reads} read units`,
  );
}
