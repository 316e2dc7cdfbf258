import { mayFollow } from '../../../core/contract/lifecycle.ts';
import type { UploadItem } from '../../../core/uploads/records.ts';
import type { ScenarioRun } from './scenario-run.ts';
import type { Scenario } from './scenarios.ts';
import { executionsOf, jobsOf, quotaOf, type SeenExecution, storedOf } from './upload-facts.ts';
import { missingOf } from './whole-video.ts';

/** The state of an upload after all activity has ended, and the violations found in it. */
export interface CheckResult {
  readonly item: UploadItem;
  readonly jobs: number;
  readonly executions: readonly SeenExecution[];
  readonly problems: readonly string[];
}

/** States whose work must be done once. */
const WORK = ['Inspect', 'RecordOwnership', 'RecordApproval', 'Transcode', 'Publish'];

/** Checks every invariant of an upload after all activity has ended. */
export async function checkAtRest(
  run: ScenarioRun,
  scenario: Scenario,
  right: readonly string[],
): Promise<CheckResult> {
  const { cloud, owner } = run.worker;
  const [item, jobs, executions, quota] = await Promise.all([
    run.item(),
    jobsOf(cloud, run.id),
    executionsOf(cloud, run.id, run.began),
    quotaOf(cloud, owner),
  ]);
  const problems = [
    ...ended(item, right),
    ...timelineOf(item),
    ...(isAnnouncementLeft(item.statusShard) ? [`${item.status}, not announced`] : []),
    ...(jobs.length > item.attempt
      ? [`${jobs.length} jobs for one upload with ${item.attempt} attempts`]
      : []),
    ...tooOften(executions, item.attempt),
    ...waiting(executions, scenario.leavesWaiting === true),
    ...(JSON.stringify(quota.booked) === JSON.stringify(quota.due)
      ? []
      : [`quota ${JSON.stringify(quota.booked)} where ${JSON.stringify(quota.due)} is due`]),
  ];
  if (item.status === 'ready') {
    const missing = await missingOf(cloud, item);
    if (missing.length > 0) problems.push(`ready without ${missing.join(', ')}`);
  }
  return { item, jobs: jobs.length, executions, problems };
}

/** Checks that nothing is left after deletion, except multipart uploads whose id nobody received from S3. */
export async function checkDeleted(run: ScenarioRun, mayStayOpen: number): Promise<string[]> {
  const { cloud, owner } = run.worker;
  const item = await run.item();
  const [stored, quota] = await Promise.all([storedOf(cloud, item), quotaOf(cloud, owner)]);
  const { booked } = quota;
  return [
    ...(item.status === 'cancelled' || item.status === 'expired'
      ? []
      : [`deleted, yet ${item.status}`]),
    ...(stored.sources > 0 ? [`${stored.sources} versions of the source are left`] : []),
    ...(stored.outputs.length > 0 ? [`${stored.outputs.length} outputs are left`] : []),
    ...(stored.open > mayStayOpen ? [`${stored.open} multipart uploads are left open`] : []),
    ...(Object.values(booked).some((value) => value !== 0)
      ? [`deleted, yet the quota is ${JSON.stringify(booked)}`]
      : []),
  ];
}

/** Returns whether an announcement is still pending. */
export function isAnnouncementLeft(statusShard: string | undefined): boolean {
  return statusShard?.includes('+pendingAnnouncement') ?? false;
}

function ended({ status, reason }: UploadItem, right: readonly string[]): string[] {
  if (!right.includes(status)) {
    return [`ended ${status} (${reason?.code ?? 'no reason'}), not ${right.join(' or ')}`];
  }
  return status === 'ready' || reason !== undefined ? [] : [`${status} without a reason`];
}

function timelineOf({ timeline, status }: UploadItem): string[] {
  const scenario = timeline.map(({ to }) => to);
  const problems: string[] = [];
  // A retry begins a new attempt, in which each status can come once.
  for (const attempt of scenario.join(' ').split(/(?<= failed) /)) {
    const seen = attempt.split(' ');
    if (new Set(seen).size < seen.length) problems.push(`a status twice: ${seen.join(', ')}`);
  }
  for (const [index, to] of scenario.entries()) {
    const from = scenario[index - 1];
    if (from !== undefined && !mayFollow(from, to)) problems.push(`${to} after ${from}`);
  }
  if (scenario.at(-1) !== status)
    problems.push(`${status}, but the timeline ends ${scenario.at(-1)}`);
  return problems;
}

function tooOften(executions: readonly SeenExecution[], attempts: number): string[] {
  return WORK.flatMap((state) => {
    const doing = executions.filter(({ states }) => states.includes(state)).length;
    return doing > attempts ? [`${doing} executions came to ${state}`] : [];
  });
}

/** An execution that waits for a lost event may keep waiting, because another execution has taken over. */
function waiting(executions: readonly SeenExecution[], mayWait: boolean): string[] {
  const stuck = executions.filter(({ status }) => status === 'RUNNING');
  const allowed = mayWait ? 1 : 0;
  if (stuck.length <= allowed) return [];
  return [
    `${stuck.length} executions still run, in ${stuck.map(({ states }) => states.at(-1)).join(', ')}`,
  ];
}
