// The parts of the local cloud that the engine uses.
export { arn, REGION } from '../../shared/account.ts';
export { AwsError } from '../../shared/aws-error.ts';
export { type Clock, systemClock, type Timer } from '../../shared/clock.ts';
export { assertUndamaged, needsCheck } from '../../shared/database.ts';
export { databaseError, isLocked } from '../../shared/database-error.ts';
export { listenOnLoopback } from '../../shared/loopback.ts';
