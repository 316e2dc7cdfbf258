// The parts of the local cloud that this engine stands on. When they move, only the paths here change.
export { ACCOUNT_ID, arn, REGION } from '../../../../../local/kernel/account.ts';
export { AwsError } from '../../../../../local/kernel/aws-error.ts';
export {
  type Clock,
  MovableClock,
  systemClock,
  type Timer,
} from '../../../../../local/kernel/clock.ts';
