import { describeGrant } from '../../dev/permissions/grant.ts';
import { findPermissions, type PermissionFindings } from '../../dev/permissions/run-permissions.ts';
import { describeDenied } from '../../dev/permissions/used.ts';

let findings: PermissionFindings;

beforeAll(async () => {
  findings = await findPermissions(() => {});
}, 180_000);

describe('Of everything that the templates grant', () => {
  it('there is something for every kind of holder', () => {
    const holders = new Set(findings.grants.map(({ holder }) => holder.replace(/^arn:.*/, 'role')));
    expect([...holders].sort()).toEqual([
      'apigateway.amazonaws.com',
      'events.amazonaws.com',
      'lambda.amazonaws.com',
      'mediaconvert.amazonaws.com',
      'role',
      'states.amazonaws.com',
    ]);
    expect(findings.grants.length).toBeGreaterThan(100);
  });

  it('nothing is never used by any run', () => {
    expect(findings.unused.map(describeGrant)).toEqual([]);
  });

  it('nothing is missing: no call is refused in a sound run', () => {
    expect(findings.denied.map(describeDenied)).toEqual([]);
  });

  it('the list of what only AWS uses has no entry that explains nothing', () => {
    expect(findings.stale).toEqual([]);
  });
});
