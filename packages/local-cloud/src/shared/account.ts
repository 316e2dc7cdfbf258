/** The account and region that the local cloud plays. Both are of AWS's form, neither is anybody's. */
export const ACCOUNT_ID = '000000000000';
export const REGION = 'us-east-1';
export const PARTITION = 'aws';
export const URL_SUFFIX = 'amazonaws.com';

/** `arn:aws:<service>:<region>:<account>:<resource>`; pass '' for region or account where a service has none (S3, IAM). */
export function arn(service: string, resource: string, region = REGION, account = ACCOUNT_ID) {
  return `arn:${PARTITION}:${service}:${region}:${account}:${resource}`;
}
