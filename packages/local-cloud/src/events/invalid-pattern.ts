import { AwsError } from '../shared/aws-error.ts';

/** A pattern that EventBridge refuses: the place in it, what is allowed, and what was given. */
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
