import { routes } from '../../../core/contract/routes.ts';
import {
  EnvironmentError,
  type EnvironmentOf,
  environments,
  type FunctionName,
  readEnvironment,
} from '../../../core/environment.ts';
import { defaultUploadPolicy } from '../../../core/uploads/upload-policy.ts';

const powertools = {
  POWERTOOLS_SERVICE_NAME: 'reelgate',
  POWERTOOLS_METRICS_NAMESPACE: 'reelgate',
  POWERTOOLS_LOG_LEVEL: 'INFO',
} as const;
const table = { ...powertools, TABLE_NAME: 'uploads' };
const source = { ...table, SOURCE_BUCKET: 'source' };
const budgets = { BUDGETS: '{}' };
const granting = {
  ...source,
  ...budgets,
  SIGNER_ROLE_ARN: 'arn:aws:iam::000000000000:role/signer',
  OBJECT_SIGNER_ROLE_ARN: 'arn:aws:iam::000000000000:role/object-signer',
  FORM_SIGNER_ROLE_ARN: 'arn:aws:iam::000000000000:role/form-signer',
  TRANSFER_ACCELERATION: 'off',
  UPLOAD_POLICY: '{}',
} as const;
const admission = { JOBS_AT_ONCE: '20', JOBS_AT_ONCE_PER_OWNER: '5' };
const delivery = {
  MEDIA_HOST: 'https://media.example.com',
  SIGNING_SECRET_ARN: 'arn:aws:secretsmanager:eu-west-1:000000000000:secret:keys-a1b2c3',
};
const edge = { KEY_VALUE_STORE_ARN: 'arn:aws:cloudfront::000000000000:key-value-store/a' };
const moderators = { MODERATORS_CLAIM: 'cognito:groups', MODERATORS_VALUE: 'moderators' };
const both = { ...source, OUTPUT_BUCKET: 'output' };

/** What a construct sets for each function; the compiler checks that it is complete. */
const complete: { readonly [Name in FunctionName]: EnvironmentOf<Name> } = {
  'create-upload': { ...granting, ALLOWED_ORIGINS: 'https://app.example.com' },
  'sign-parts': granting,
  'list-parts': { ...source, ...budgets },
  'complete-upload': { ...source, ...budgets },
  'cancel-upload': { ...both, ...edge, ...budgets, ENDED_DAYS: '30' },
  'retry-upload': {
    ...both,
    ...budgets,
    STATE_MACHINE_ARN: 'arn:aws:states:eu-west-1:000000000000:stateMachine:uploads',
    UPLOAD_POLICY: '{}',
  },
  'get-upload': { ...source, ...admission, ...budgets },
  'list-uploads': { ...table, ...budgets },
  'get-playback': { ...table, ...delivery, ...moderators, ...budgets },
  'set-visibility': { ...table, ...budgets },
  'put-captions': { ...table, ...budgets, OUTPUT_BUCKET: 'output' },
  'get-captions': { ...table, ...budgets, OUTPUT_BUCKET: 'output' },
  'delete-captions': { ...table, ...budgets, OUTPUT_BUCKET: 'output' },
  'get-original': {
    ...source,
    ...budgets,
    ORIGINAL_SIGNER_ROLE_ARN: 'arn:aws:iam::000000000000:role/original-signer',
  },
  'get-public-playback': { ...table, ...delivery },
  'create-viewer-playback': { ...table, ...delivery, ...budgets },
  'remove-upload': { ...table, ...edge, ...moderators, ...budgets },
  'restore-upload': { ...table, ...edge, ...moderators, ...budgets },
  companion: { ...granting, ENDED_DAYS: '30' },
  'create-companion-session': { ...table, ...budgets, COMPANION_SESSION_SECONDS: '3600' },
  'accept-form': source,
  'inspect-media': { ...table, ...budgets, OUTPUT_BUCKET: 'output', UPLOAD_POLICY: '{}' },
  'admit-upload': { ...table, ...admission },
  'release-slot': { ...table, ...admission },
  'record-job': table,
  'publish-video': both,
  'rotate-signing-keys': {
    ...powertools,
    SIGNING_SECRET_ARN: 'arn:aws:secretsmanager:eu-west-1:000000000000:secret:keys-a1b2c3',
    KEY_VALUE_STORE_ARN: 'arn:aws:cloudfront::000000000000:key-value-store/a',
  },
  'reconcile-uploads': {
    ...both,
    ...admission,
    ...edge,
    SIGNING_SECRET_ARN: delivery.SIGNING_SECRET_ARN,
    STATE_MACHINE_ARN: 'arn:aws:states:eu-west-1:000000000000:stateMachine:uploads',
    UPLOAD_POLICY: '{}',
    ENDED_DAYS: '30',
  },
};
const names = Object.keys(complete) as FunctionName[];

const given = {
  TABLE_NAME: 'uploads',
  SOURCE_BUCKET: 'source',
  SIGNER_ROLE_ARN: 'arn:aws:iam::000000000000:role/signer',
  OBJECT_SIGNER_ROLE_ARN: 'arn:aws:iam::000000000000:role/object-signer',
  FORM_SIGNER_ROLE_ARN: 'arn:aws:iam::000000000000:role/form-signer',
  TRANSFER_ACCELERATION: 'off',
  ALLOWED_ORIGINS: 'https://app.example.com https://www.example.com',
  UPLOAD_POLICY: '{"grantLifetimeSeconds":900}',
  BUDGETS: '{"uploadsPerDay":7}',
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
    expect(read).toThrow(expect.objectContaining({ name: 'EnvironmentError' }));
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

  it.each(names)('of %s has exactly the variables that its construct sets', (name) => {
    expect(Object.keys(readEnvironment(name, complete[name])).sort()).toEqual(
      Object.keys(complete[name]).sort(),
    );
  });

  it.each(names)(
    'of %s is refused without any one of its variables, or with an empty one',
    (name) => {
      for (const variable of Object.keys(complete[name])) {
        for (const value of [undefined, '']) {
          const read = () => readEnvironment(name, { ...complete[name], [variable]: value });
          expect(read).toThrow(`The environment of ${name} is not valid. ${variable}: `);
        }
      }
    },
  );

  it.each([
    ['POWERTOOLS_LOG_LEVEL', ['DEBUG', 'INFO', 'WARN', 'ERROR'], ['info', 'TRACE']],
    ['TRANSFER_ACCELERATION', ['on', 'off'], ['true', 'ON']],
    ['UPLOAD_POLICY', ['{}'], ['[]', '1', '{']],
  ])('accepts the documented values of %s only', (variable, valid, invalid) => {
    const read = (value: string) =>
      readEnvironment('sign-parts', { ...complete['sign-parts'], [variable]: value });
    for (const value of valid) expect(read(value)).toHaveProperty(variable);
    for (const value of invalid) expect(() => read(value)).toThrow(EnvironmentError);
  });

  it('has no host and no secret where delivery is off', () => {
    const off = { ...complete['get-playback'], MEDIA_HOST: 'none', SIGNING_SECRET_ARN: 'none' };
    expect(readEnvironment('get-playback', off)).toMatchObject({
      MEDIA_HOST: undefined,
      SIGNING_SECRET_ARN: undefined,
    });
    expect(readEnvironment('get-playback', complete['get-playback'])).toMatchObject(delivery);
  });

  it('limits the lifetime of a Companion session to 60 seconds to 6 hours', () => {
    const read = (seconds: string) =>
      readEnvironment('create-companion-session', {
        BUDGETS: '{}',
        ...table,
        COMPANION_SESSION_SECONDS: seconds,
      }).COMPANION_SESSION_SECONDS;
    expect([read('60'), read('21600')]).toEqual([60, 21_600]);
    for (const seconds of ['59', '21601', '60.5', 'an hour'])
      expect(() => read(seconds)).toThrow(EnvironmentError);
  });

  it('is declared for the function of every route', () => {
    const names: FunctionName[] = routes.map((route) => route.name);
    for (const name of names) expect(environments).toHaveProperty(name);
  });
});
