import { createHash } from 'node:crypto';
import { ACCOUNT_ID, arn, PARTITION, REGION, URL_SUFFIX } from '../shared/account.ts';
import { TemplateError } from './problem.ts';
import { NO_VALUE, type Scope } from './resolve.ts';
import type { Template } from './template.ts';

/** `AWS::NotificationARNs` is not supported: there are no stack notifications. */
export const PSEUDO_PARAMETERS: ReadonlySet<string> = new Set([
  'AWS::AccountId',
  'AWS::NoValue',
  'AWS::Partition',
  'AWS::Region',
  'AWS::StackId',
  'AWS::StackName',
  'AWS::URLSuffix',
]);

/**
 * The names that are known before any resource exists. Throws TemplateError for a parameter without a value.
 */
export function settledScope(stackName: string, template: Template): Scope {
  const values = new Map<string, unknown>([
    ['AWS::AccountId', ACCOUNT_ID],
    ['AWS::NoValue', NO_VALUE],
    ['AWS::Partition', PARTITION],
    ['AWS::Region', REGION],
    ['AWS::StackId', stackIdOf(stackName)],
    ['AWS::StackName', stackName],
    ['AWS::URLSuffix', URL_SUFFIX],
  ]);
  for (const [name, parameter] of Object.entries(template.Parameters)) {
    values.set(name, parameterValue(name, parameter));
  }
  return {
    ref(name) {
      if (values.has(name)) return values.get(name);
      throw new TemplateError(`Ref: the name ${name} does not exist`);
    },
    attribute(logicalId) {
      throw new TemplateError(`Fn::GetAtt: the resource ${logicalId} does not exist`);
    },
    mapped(map, first, second) {
      const value = template.Mappings[map]?.[first]?.[second];
      if (value !== undefined) return value;
      throw new TemplateError(`the mapping ${map} has no ${second} in ${first}`);
    },
    imported(name) {
      throw new TemplateError(`Fn::ImportValue: no stack exports ${name}`);
    },
  };
}

function parameterValue(name: string, parameter: Template['Parameters'][string]): string {
  // The version of CDK's bootstrap stack is in Parameter Store; nothing here depends on it.
  const bootstrap =
    name === 'BootstrapVersion' && parameter.Type === 'AWS::SSM::Parameter::Value<String>';
  if (!bootstrap && parameter.Type !== 'String' && parameter.Type !== 'Number') {
    throw new TemplateError(
      `parameter ${name} has type ${parameter.Type}; supported are String and Number`,
    );
  }
  if (parameter.Default !== undefined) return parameter.Default;
  throw new TemplateError(`the parameter ${name} has no default; the local cloud needs one`);
}

function stackIdOf(stackName: string): string {
  const hash = createHash('sha256').update(stackName).digest('hex');
  const id = [hash.slice(0, 8), hash.slice(8, 12), hash.slice(12, 16), hash.slice(16, 20)].join(
    '-',
  );
  return arn('cloudformation', `stack/${stackName}/${id}-${hash.slice(20, 32)}`);
}
