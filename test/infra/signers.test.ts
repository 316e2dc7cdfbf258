import { list, roleGrants } from './role-grants.ts';
import { synthesize } from './synthesis.ts';

const synthesis = synthesize();
const { allowed, lines, roleAt } = roleGrants(synthesis);

describe('the signer', () => {
  const signer = roleAt('SignerRole');

  it('may put parts below uploads/, and nothing else', () => {
    expect(lines(signer)).toEqual(['s3:PutObject → SourceBucket/uploads/*']);
    expect(allowed(signer)).toMatchObject([
      { Condition: { Bool: { 's3:ObjectCreationOperation': 'false' } } },
    ]);
  });

  it.each([
    ['SignerRole', ['ApiCompanionRole', 'ApiCreateUploadRole', 'ApiSignPartsRole']],
    ['ObjectSignerRole', ['ApiCreateUploadRole', 'ApiSignPartsRole']],
    ['FormSignerRole', ['ApiCompanionRole', 'ApiCreateUploadRole', 'ApiSignPartsRole']],
  ])('%s is assumed by the functions that sign, for an hour at most', (path, functions) => {
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

  it('of single requests may put whole objects below uploads/ by URL, and nothing else', () => {
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

  it('of forms may post files below forms/, and nothing else', () => {
    const role = roleAt('FormSignerRole');
    expect(lines(role)).toEqual(['s3:PutObject → SourceBucket/forms/*']);
    expect(allowed(role)).toMatchObject([
      { Condition: { StringEquals: { 's3:authType': 'POST' } } },
    ]);
  });

  it('beginning an upload does not allow putting a whole object', () => {
    const puts = ['ApiCreateUploadRole', 'ApiSignPartsRole']
      .flatMap((path) => allowed(roleAt(path)))
      .filter((statement) => list(statement.Action).includes('s3:PutObject'));
    expect(puts).toHaveLength(2);
    for (const { Condition } of puts) {
      expect(Condition).toEqual({ Bool: { 's3:ObjectCreationOperation': 'false' } });
    }
  });
});
