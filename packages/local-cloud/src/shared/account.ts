/** The account and region of the local cloud. Both have the form of AWS's; the account belongs to nobody. */
export const ACCOUNT_ID = '000000000000';
export const REGION = 'us-east-1';
export const PARTITION = 'aws';
export const URL_SUFFIX = 'amazonaws.com';

/**
 * `arn:aws:<service>:<region>:<account>:<resource>`. Pass '' for the region or account of a service that has
 * none (S3, IAM).
 */
export function arn(service: string, resource: string, region = REGION, account = ACCOUNT_ID) {
  return `arn:${PARTITION}:${service}:${region}:${account}:${resource}`;
}
