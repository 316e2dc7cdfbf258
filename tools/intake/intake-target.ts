import { readFileSync } from 'node:fs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { IAMClient } from '@aws-sdk/client-iam';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Hosted } from '../cloud/hosted.ts';
import type { IntakeTarget } from './intake-switch.ts';

type Outputs = Readonly<Record<string, Readonly<Record<string, string>>>>;

/**
 * The deployment in the file that `npx cdk deploy --all --outputs-file FILE` writes, with the credentials and the region
 * of the AWS command line.
 *
 * @throws Error where the file has no such outputs
 */
export function deployedTarget(file: string): IntakeTarget {
  const outputs = JSON.parse(readFileSync(file, 'utf8')) as Outputs;
  const all = Object.assign({}, ...Object.values(outputs)) as Record<string, string>;
  const { TableName, SignerRoles } = all;
  if (!TableName || !SignerRoles) {
    throw new Error(
      `${file} has the outputs ${Object.keys(all).join(', ') || '(none)'}; expected TableName and SignerRoles.`,
    );
  }
  return {
    table: TableName,
    signerRoles: SignerRoles.split(','),
    dynamodb: DynamoDBDocumentClient.from(new DynamoDBClient({})),
    iam: new IAMClient({}),
  };
}

/** A local cloud, as its operator. */
export function hostedTarget({ table, signerRoles, endpoints, operator }: Hosted): IntakeTarget {
  const settings = { region: 'us-east-1', credentials: operator, endpoint: endpoints.services };
  return {
    table,
    signerRoles,
    dynamodb: DynamoDBDocumentClient.from(new DynamoDBClient(settings)),
    iam: new IAMClient(settings),
  };
}
