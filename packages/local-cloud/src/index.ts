export {
  type Cloud,
  type CloudOptions,
  type FaultRuleInput,
  type ReportedRule,
  type SeenCall,
  startCloud,
} from './cloud.ts';
export { readAssembly } from './cloudformation/assembly.ts';
export type { HostedResource } from './cloudformation/host.ts';
export { resolve, type Scope } from './cloudformation/resolve.ts';
export { planStack, type StackPlan } from './cloudformation/stack-plan.ts';
export { createDynamoDb } from './dynamodb/dynamodb.ts';
export type { InterceptCall, ServiceCall } from './endpoint/front-door.ts';
export { compilePattern as compileEventPattern } from './events/event-pattern.ts';
export { createEvents } from './events/events.ts';
export { compilePattern as compilePolicyPattern, type Pattern } from './iam/policy-pattern.ts';
export { signIn, type Tokens } from './identity/sign-in.ts';
export { accountById } from './s3/access/account.ts';
export { createS3 } from './s3/s3.ts';
export { ACCOUNT_ID } from './shared/account.ts';
export type { AuditEntry } from './shared/audit-log.ts';
export { AwsError } from './shared/aws-error.ts';
export { allowEverySignedCaller, type Credentials } from './shared/caller.ts';
export { MovableClock, systemClock } from './shared/clock.ts';
export { Run } from './states/interpreter/run.ts';
export type { Stimulus, TaskReport } from './states/interpreter/signals.ts';
export type { Json, JsonObject } from './states/language/json.ts';
export { compareRecordings } from './states/replay/compare-recordings.ts';
export { readRecordings } from './states/replay/recording.ts';
export { replayCase } from './states/replay/replay-case.ts';
export { readDefinition } from './states/validation/read-definition.ts';
