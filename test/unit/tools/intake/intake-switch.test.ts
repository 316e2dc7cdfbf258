import { NoSuchEntityException } from '@aws-sdk/client-iam';
import {
  closeIntake,
  type IntakeTarget,
  intakeStatus,
  openIntake,
} from '../../../../tools/intake/intake-switch.ts';

const NOW = Date.parse('2026-03-04T05:06:07.890Z');

/** A table with one item, and the inline policies of two roles. */
function deployment() {
  const policies = new Map<string, string>();
  const log: string[] = [];
  let item: object | undefined;
  const send = async (command: { constructor: { name: string }; input: object }) => {
    const { input } = command;
    const { name } = command.constructor;
    const {
      RoleName = '',
      PolicyDocument = '',
      Item,
    } = input as Record<string, string> & {
      Item?: object;
    };
    log.push(`${name.replace('Command', '')} ${RoleName}`.trim());
    switch (name) {
      case 'PutCommand':
        item = Item;
        return {};
      case 'DeleteCommand':
        item = undefined;
        return {};
      case 'GetCommand':
        return { Item: item };
      case 'PutRolePolicyCommand':
        policies.set(RoleName, PolicyDocument);
        return {};
      default:
        if (!policies.has(RoleName)) {
          throw new NoSuchEntityException({ message: 'none', $metadata: {} });
        }
        if (name === 'DeleteRolePolicyCommand') policies.delete(RoleName);
        return {};
    }
  };
  const client = { send } as unknown;
  const target = {
    table: 'uploads',
    signerRoles: ['parts', 'forms'],
    dynamodb: client,
    iam: client,
  } as IntakeTarget;
  return { target, policies, log };
}

describe('The switch of the intake', () => {
  it('stops new grants first, then denies every session that began before, and a little after', async () => {
    const { target, policies, log } = deployment();
    await closeIntake(target, NOW);
    expect(log).toEqual(['Put', 'PutRolePolicy parts', 'PutRolePolicy forms']);
    expect(JSON.parse(policies.get('parts') ?? '')).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Deny',
          Action: '*',
          Resource: '*',
          Condition: { DateLessThan: { 'aws:TokenIssueTime': '2026-03-04T05:11:07.890Z' } },
        },
      ],
    });
    expect(await intakeStatus(target)).toEqual({
      closedSince: '2026-03-04T05:06:07.890Z',
      deniedRoles: ['parts', 'forms'],
    });
  });

  it('opens in the opposite order, also twice, and after a closing that stopped half-way', async () => {
    const { target, policies, log } = deployment();
    await closeIntake(target, NOW);
    policies.delete('forms');
    log.length = 0;
    await openIntake(target);
    await openIntake(target);
    expect(log.slice(0, 3)).toEqual(['DeleteRolePolicy parts', 'DeleteRolePolicy forms', 'Delete']);
    expect(await intakeStatus(target)).toEqual({ closedSince: undefined, deniedRoles: [] });
  });
});
