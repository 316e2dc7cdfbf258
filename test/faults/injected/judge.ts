import { mayFollow } from '../../../core/contract/lifecycle.ts';
import type { UploadItem } from '../../../core/uploads/records.ts';
import type { Passage } from './passage.ts';
import { executionsOf, jobsOf, quotaOf, type SeenExecution, storedOf } from './upload-facts.ts';
import type { Way } from './ways.ts';
import { missingOf } from './whole-video.ts';

/** What is seen of an upload once nothing happens any more, and what of it may not be. */
export interface Judgement {
  readonly item: UploadItem;
  readonly jobs: number;
  readonly executions: readonly SeenExecution[];
  readonly problems: readonly string[];
}

/** States that do what must be done once. */
const WORK = ['Inspect', 'RecordOwnership', 'RecordApproval', 'Transcode', 'Publish'];

/** Holds an upload that has come to rest to everything that no fault may touch. */
export async function judgeAtRest(
  passage: Passage,
  way: Way,
  right: readonly string[],
): Promise<Judgement> {
  const { cloud, owner } = passage.lane;
  const [item, jobs, executions, quota] = await Promise.all([
    passage.item(),
    jobsOf(cloud, passage.id),
    executionsOf(cloud, passage.id, passage.began),
    quotaOf(cloud, owner),
  ]);
  const problems = [
    ...ended(item, right),
    ...timelineOf(item),
    ...(isLeftUntold(item.statusShard) ? [`${item.status}, and nobody was told`] : []),
    ...(jobs.length > 1 ? [`${jobs.length} jobs for one upload`] : []),
    ...twice(executions),
    ...waiting(executions, way.leavesWaiting === true),
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

/** After its owner has deleted it nothing is left, but multipart uploads that S3 never told anybody of. */
export async function judgeDeleted(passage: Passage, mayStayOpen: number): Promise<string[]> {
  const { cloud, owner } = passage.lane;
  const item = await passage.item();
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

/** Whether the bus has not taken what the workflow had to tell, and nobody has told it since. */
export function isLeftUntold(statusShard: string | undefined): boolean {
  return statusShard?.includes('+pendingAnnouncement') ?? false;
}

function ended({ status, reason }: UploadItem, right: readonly string[]): string[] {
  if (!right.includes(status)) {
    return [`ended ${status} (${reason?.code ?? 'no reason'}), not ${right.join(' or ')}`];
  }
  return status === 'ready' || reason !== undefined ? [] : [`${status} without a reason`];
}

function timelineOf({ timeline, status }: UploadItem): string[] {
  const way = timeline.map(({ to }) => to);
  const problems: string[] = [];
  if (new Set(way).size < way.length) problems.push(`a status twice: ${way.join(', ')}`);
  for (const [index, to] of way.entries()) {
    const from = way[index - 1];
    if (from !== undefined && !mayFollow(from, to)) problems.push(`${to} after ${from}`);
  }
  if (way.at(-1) !== status) problems.push(`${status}, but the timeline ends ${way.at(-1)}`);
  return problems;
}

function twice(executions: readonly SeenExecution[]): string[] {
  return WORK.flatMap((state) => {
    const doing = executions.filter(({ states }) => states.includes(state)).length;
    return doing > 1 ? [`${doing} executions came to ${state}`] : [];
  });
}

/** An execution that waits for an event that is lost may go on waiting, since another one has its upload. */
function waiting(executions: readonly SeenExecution[], mayWait: boolean): string[] {
  const stuck = executions.filter(({ status }) => status === 'RUNNING');
  const allowed = mayWait ? 1 : 0;
  if (stuck.length <= allowed) return [];
  return [
    `${stuck.length} executions still run, in ${stuck.map(({ states }) => states.at(-1)).join(', ')}`,
  ];
}
