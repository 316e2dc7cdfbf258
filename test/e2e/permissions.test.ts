import type { Grant } from '@reelgate/local-cloud/policies';
import { describeGrant, unusedOf } from '../../tools/permissions/grant.ts';
import {
  findPermissions,
  type PermissionFindings,
} from '../../tools/permissions/run-permissions.ts';
import { describeDenied } from '../../tools/permissions/used.ts';
import { MAX_LONG_TEST_MS } from '../kit/limits.ts';

let findings: PermissionFindings;

beforeAll(async () => {
  findings = await findPermissions(() => {});
}, MAX_LONG_TEST_MS);

describe('The permissions of the templates', () => {
  it('include grants for every kind of principal', () => {
    const holders = new Set(findings.grants.map(({ holder }) => holder.replace(/^arn:.*/, 'role')));
    expect([...holders].sort()).toEqual([
      'apigateway.amazonaws.com',
      'cloudfront.amazonaws.com',
      'events.amazonaws.com',
      'lambda.amazonaws.com',
      'mediaconvert.amazonaws.com',
      'role',
      'secretsmanager.amazonaws.com',
      'states.amazonaws.com',
    ]);
    expect(findings.grants.length).toBeGreaterThan(100);
  });

  it('are all used by a run', () => {
    expect(findings.unused.map(describeGrant)).toEqual([]);
  });

  it('are compared strictly: a planted action, resource, wildcard or untested condition is reported', () => {
    const publisher = findings.grants.find(
      ({ place, action }) => place.includes('/PublishVideo/') && action === 's3:GetObject',
    );
    if (!publisher) throw new Error('publish-video may read nothing.');
    const planted: Grant[] = [
      { ...publisher, action: 's3:DeleteObject' },
      { ...publisher, resource: publisher.resource.replace('*', 'elsewhere/*') },
      { ...publisher, action: 's3:Get*' },
      { ...publisher, condition: '{"Bool":{"s3:ObjectCreationOperation":"false"}}' },
    ];
    const found = unusedOf([...findings.grants, ...planted], findings.auditLog);
    expect(found).toEqual(expect.arrayContaining(planted));
    expect(found).not.toContain(publisher);
  });

  it('are sufficient: no call is denied in a run without faults', () => {
    expect(findings.denied.map(describeDenied)).toEqual([]);
  });

  it('are seen beside the units that each function consumes of the table', () => {
    const writes = (name: string) => findings.units.get(name)?.writes ?? 0;
    const reads = (name: string) => findings.units.get(name)?.reads ?? 0;
    expect(writes('create-upload')).toBeGreaterThan(0);
    expect(writes('workflow')).toBeGreaterThan(0);
    expect(reads('list-uploads')).toBeGreaterThan(0);
    // It writes only the number of requests, every tenth time.
    expect(writes('get-upload')).toBeLessThan(reads('get-upload') / 5);
  });

  it('have no unused entry in the list of grants that only AWS uses', () => {
    expect(findings.stale).toEqual([]);
  });
});
