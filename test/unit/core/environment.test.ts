import { routes } from '../../../core/contract/routes.ts';
import {
  EnvironmentError,
  type EnvironmentOf,
  environments,
  type FunctionName,
  readEnvironment,
} from '../../../core/environment.ts';
import { defaultUploadPolicy } from '../../../core/uploads/upload-policy.ts';

const given = {
  TABLE_NAME: 'uploads',
  SOURCE_BUCKET: 'source',
  SIGNER_ROLE_ARN: 'arn:aws:iam::000000000000:role/signer',
  OBJECT_SIGNER_ROLE_ARN: 'arn:aws:iam::000000000000:role/object-signer',
  FORM_SIGNER_ROLE_ARN: 'arn:aws:iam::000000000000:role/form-signer',
  TRANSFER_ACCELERATION: 'off',
  ALLOWED_ORIGINS: 'https://app.example.com https://www.example.com',
  UPLOAD_POLICY: '{"grantLifetimeSeconds":900}',
  POWERTOOLS_SERVICE_NAME: 'reelgate',
  POWERTOOLS_METRICS_NAMESPACE: 'reelgate',
  POWERTOOLS_LOG_LEVEL: 'INFO',
} satisfies EnvironmentOf<'create-upload'>;

describe('A function’s environment', () => {
  it('is parsed with its policy and defaults, without variables of others', () => {
    const read = readEnvironment('create-upload', { ...given, AWS_SECRET_ACCESS_KEY: 'x' });
    expect(read.UPLOAD_POLICY).toEqual({ ...defaultUploadPolicy, grantLifetimeSeconds: 900 });
    expect(read.ALLOWED_ORIGINS).toEqual(['https://app.example.com', 'https://www.example.com']);
    expect(Object.keys(read).sort()).toEqual(Object.keys(given).sort());
  });

  it('is refused with the names of missing or invalid variables, without their values', () => {
    const read = () =>
      readEnvironment('create-upload', {
        ...given,
        TABLE_NAME: undefined,
        UPLOAD_POLICY: 'secret{',
      });
    expect(read).toThrow(EnvironmentError);
    expect(read).toThrow(
      'The environment of create-upload is not valid. TABLE_NAME: Invalid input: expected string, received undefined; UPLOAD_POLICY: must be JSON.',
    );
    expect(read).not.toThrow(/secret/);
  });

  it('is refused with a policy that has an unknown field', () => {
    const read = () =>
      readEnvironment('create-upload', { ...given, UPLOAD_POLICY: '{"maxSize":1}' });
    expect(read).toThrow(/UPLOAD_POLICY.*maxSize/);
  });

  it('stands in the catalogue for every route’s function', () => {
    const names: FunctionName[] = routes.map((route) => route.name);
    for (const name of names) expect(environments).toHaveProperty(name);
  });
});
