import { AwsError } from '../shared/aws-error.ts';

/** A pattern that EventBridge would not take: where, what is allowed, and what came. */
export class InvalidPattern extends AwsError {
  constructor(path: string, allowed: string, given: unknown) {
    const where = path === '' ? '' : ` at ${path}`;
    const got = JSON.stringify(given) ?? String(given);
    super(
      'InvalidEventPatternException',
      `Event pattern is not valid. Reason:${where} ${allowed}; got ${got}.`,
    );
  }
}
