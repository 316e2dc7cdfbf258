import type { Grant } from '@reelgate/local-cloud/policies';
import { describeGrant, unusedOf } from '../../tools/permissions/grant.ts';
import {
  findPermissions,
  type PermissionFindings,
} from '../../tools/permissions/run-permissions.ts';
import { describeDenied } from '../../tools/permissions/used.ts';

let findings: PermissionFindings;

beforeAll(async () => {
  findings = await findPermissions(() => {});
});

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

  it('what is planted is found: another action, another resource, a wildcard, a condition that nothing shows', () => {
    const publisher = findings.grants.find(
      ({ place, action }) => place.includes('/PublishVideo/') && action === 's3:GetObject',
    );
    if (!publisher) throw new Error('publish-video may read nothing.');
    const planted: Grant[] = [
      { ...publisher, action: 's3:PutObject' },
      { ...publisher, resource: publisher.resource.replace('*', 'elsewhere/*') },
      { ...publisher, action: 's3:Get*' },
      { ...publisher, condition: '{"Bool":{"s3:ObjectCreationOperation":"false"}}' },
    ];
    const found = unusedOf([...findings.grants, ...planted], findings.trail);
    expect(found).toEqual(expect.arrayContaining(planted));
    expect(found).not.toContain(publisher);
  });

  it('nothing is missing: no call is refused in a sound run', () => {
    expect(findings.denied.map(describeDenied)).toEqual([]);
  });

  it('the list of what only AWS uses has no entry that explains nothing', () => {
    expect(findings.stale).toEqual([]);
  });
});
