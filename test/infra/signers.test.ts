import { list, roleGrants } from './role-grants.ts';
import { synthesize } from './synthesis.ts';

const synthesis = synthesize();
const { allowed, lines, roleAt } = roleGrants(synthesis);

describe('the signer', () => {
  const signer = roleAt('SignerRole');

  it('can only put parts below uploads/', () => {
    expect(lines(signer)).toEqual(['s3:PutObject → SourceBucket/uploads/*']);
    expect(allowed(signer)).toMatchObject([
      { Condition: { Bool: { 's3:ObjectCreationOperation': 'false' } } },
    ]);
  });

  it.each([
    ['SignerRole', ['ApiCompanionRole', 'ApiCreateUploadRole', 'ApiSignPartsRole']],
    ['ObjectSignerRole', ['ApiCreateUploadRole', 'ApiSignPartsRole']],
    ['FormSignerRole', ['ApiCompanionRole', 'ApiCreateUploadRole', 'ApiSignPartsRole']],
  ])('%s can be assumed by the functions that sign, for at most one hour', (path, functions) => {
    const { AssumeRolePolicyDocument, MaxSessionDuration } =
      synthesis.resources[roleAt(path)]?.Properties ?? {};
    expect(MaxSessionDuration).toBe(3600);
    expect(AssumeRolePolicyDocument).toMatchObject({
      Statement: [
        {
          Action: 'sts:AssumeRole',
          Principal: { AWS: functions.map((name) => ({ 'Fn::GetAtt': [roleAt(name), 'Arn'] })) },
        },
      ],
    });
  });

  it('for single requests can only put objects below uploads/ by presigned URL', () => {
    const role = roleAt('ObjectSignerRole');
    expect(lines(role)).toEqual(['s3:PutObject → SourceBucket/uploads/*']);
    expect(allowed(role)).toMatchObject([
      {
        Condition: {
          Bool: { 's3:ObjectCreationOperation': 'true' },
          StringEquals: { 's3:authType': 'REST-QUERY-STRING' },
        },
      },
    ]);
  });

  it('for forms can only post files below forms/', () => {
    const role = roleAt('FormSignerRole');
    expect(lines(role)).toEqual(['s3:PutObject → SourceBucket/forms/*']);
    expect(allowed(role)).toMatchObject([
      { Condition: { StringEquals: { 's3:authType': 'POST' } } },
    ]);
  });

  it('allows creating a multipart upload but not PutObject', () => {
    const puts = ['ApiCreateUploadRole', 'ApiSignPartsRole']
      .flatMap((path) => allowed(roleAt(path)))
      .filter((statement) => list(statement.Action).includes('s3:PutObject'));
    expect(puts).toHaveLength(2);
    for (const { Condition } of puts) {
      expect(Condition).toEqual({ Bool: { 's3:ObjectCreationOperation': 'false' } });
    }
  });
});
