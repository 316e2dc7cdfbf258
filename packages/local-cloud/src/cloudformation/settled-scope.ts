import { createHash } from 'node:crypto';
import { ACCOUNT_ID, arn, PARTITION, REGION, URL_SUFFIX } from '../shared/account.ts';
import { TemplateError } from './problem.ts';
import { NO_VALUE, type Scope } from './resolve.ts';
import type { Template } from './template.ts';

/** `AWS::NotificationARNs` is missing: nothing here notifies about stacks. */
export const PSEUDO_PARAMETERS: ReadonlySet<string> = new Set([
  'AWS::AccountId',
  'AWS::NoValue',
  'AWS::Partition',
  'AWS::Region',
  'AWS::StackId',
  'AWS::StackName',
  'AWS::URLSuffix',
]);

/** What a template's expressions can know before there is any resource. Throws TemplateError for parameters without a value. */
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
      throw new TemplateError(`Ref of ${name}, which is not known here`);
    },
    attribute(logicalId) {
      throw new TemplateError(`Fn::GetAtt of ${logicalId}, which is not known here`);
    },
    mapped(map, first, second) {
      const value = template.Mappings[map]?.[first]?.[second];
      if (value !== undefined) return value;
      throw new TemplateError(`there is no ${second} in ${first} of the mapping ${map}`);
    },
    imported(name) {
      throw new TemplateError(`Fn::ImportValue of ${name}, which is not known here`);
    },
  };
}

function parameterValue(name: string, parameter: Template['Parameters'][string]): string {
  // CDK's version of its own bootstrap stack lies in Parameter Store; nothing here depends on it.
  const bootstrap =
    name === 'BootstrapVersion' && parameter.Type === 'AWS::SSM::Parameter::Value<String>';
  if (!bootstrap && parameter.Type !== 'String' && parameter.Type !== 'Number') {
    throw new TemplateError(
      `parameter ${name} has type ${parameter.Type}; supported are String and Number`,
    );
  }
  if (parameter.Default !== undefined) return parameter.Default;
  throw new TemplateError(`parameter ${name} has no default, and the local cloud is given none`);
}

function stackIdOf(stackName: string): string {
  const hash = createHash('sha256').update(stackName).digest('hex');
  const id = [hash.slice(0, 8), hash.slice(8, 12), hash.slice(12, 16), hash.slice(16, 20)].join(
    '-',
  );
  return arn('cloudformation', `stack/${stackName}/${id}-${hash.slice(20, 32)}`);
}
