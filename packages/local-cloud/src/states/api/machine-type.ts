import { AwsError } from '../../shared/aws-error.ts';

/** @throws AwsError ValidationException for another type than STANDARD */
export function checkType(type: string | undefined): void {
  if (type === undefined || type === 'STANDARD') return;
  throw new AwsError(
    'ValidationException',
    `State machines of type '${type}' are not supported; expected STANDARD.`,
  );
}
