import type { Cloud, CloudOptions } from './cloud.ts';

export type { Cloud, CloudOptions, FaultRuleInput, ReportedRule, SeenCall } from './cloud.ts';
export type { HostedResource } from './cloudformation/host.ts';
export { type Problem, UnsupportedAssembly } from './cloudformation/problem.ts';
export type { InterceptCall, ServiceCall } from './endpoint/endpoint.ts';
export type { AuditEntry } from './shared/audit-log.ts';
export { AwsError } from './shared/aws-error.ts';
export type { Credentials } from './shared/caller.ts';
export type { CapacityEntry } from './shared/capacity-log.ts';
export { type Clock, MovableClock, systemClock } from './shared/clock.ts';
export { DatabaseError } from './shared/database-error.ts';

/**
 * Hosts a CDK cloud assembly on this machine. Returns when every resource exists and the endpoints listen.
 *
 * Throws UnsupportedAssembly, which lists everything in the templates that cannot be hosted; DatabaseError if a
 * database in the data folder is damaged; Error if the data folder or a port is in use. Nothing keeps running
 * then.
 *
 * The engines are loaded at the first call, so that importing this module takes little time.
 */
export async function startCloud(options: CloudOptions): Promise<Cloud> {
  const cloud = await import('./cloud.ts');
  return cloud.startCloud(options);
}
