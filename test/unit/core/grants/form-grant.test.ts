import { createHmac } from 'node:crypto';
import { formGrantSchema } from '../../../../core/contract/grant.ts';
import { type FormGrantRequest, signForm } from '../../../../core/grants/form-grant.ts';

const request = (more: Partial<FormGrantRequest> = {}): FormGrantRequest => ({
  bucketUrl: 'https://reels.s3.us-east-1.amazonaws.com',
  bucket: 'reels',
  key: 'forms/YXV0aDB8MTc/019b7c2e-5a3e-7000-8000-0123456789ab/source',
  contentType: 'video/mp4',
  size: 1_234,
  credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret', sessionToken: 'token' },
  region: 'us-east-1',
  now: Date.parse('2026-01-02T03:04:05.678Z'),
  lifetimeSeconds: 900,
  ...more,
});

const policyOf = (fields: Readonly<Record<string, string>>) =>
  JSON.parse(Buffer.from(fields.policy ?? '', 'base64').toString()) as {
    expiration: string;
    conditions: unknown[];
  };

describe('A form', () => {
  it('has every field and the exact length in its policy, and no other condition', () => {
    const { fields } = signForm(request());
    const { policy, 'x-amz-signature': signature, ...named } = fields;
    expect(policyOf(fields)).toEqual({
      expiration: '2026-01-02T03:19:05.000Z',
      conditions: [
        ...Object.entries(named).map(([name, value]) => ({ [name]: value })),
        ['content-length-range', 1_234, 1_234],
      ],
    });
    expect(named).toMatchObject({
      bucket: 'reels',
      key: 'forms/YXV0aDB8MTc/019b7c2e-5a3e-7000-8000-0123456789ab/source',
      'content-type': 'video/mp4',
      success_action_status: '201',
      'x-amz-algorithm': 'AWS4-HMAC-SHA256',
      'x-amz-security-token': 'token',
    });
    expect(named).not.toHaveProperty('success_action_redirect');
    expect(signature).toMatch(/^[0-9a-f]{64}$/);
  });

  // Steps as in https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-UsingHTTPPOST.html
  it('signs the base64 of the policy with the derived key', () => {
    const { fields } = signForm(request());
    const hmac = (key: string | Buffer, text: string) =>
      createHmac('sha256', key).update(text).digest();
    const key = ['20260102', 'us-east-1', 's3', 'aws4_request'].reduce<Buffer | string>(
      hmac,
      'AWS4secret',
    );
    expect(fields['x-amz-signature']).toBe(hmac(key, fields.policy ?? '').toString('hex'));
    expect(fields['x-amz-credential']).toBe('AKIDEXAMPLE/20260102/us-east-1/s3/aws4_request');
  });

  it('has no field for a session token if the credentials have none', () => {
    const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };
    const { fields } = signForm(request({ credentials }));
    expect(fields).not.toHaveProperty('x-amz-security-token');
    expect(JSON.stringify(policyOf(fields))).not.toContain('security-token');
  });

  it('redirects to the given page instead of a response with status 201', () => {
    const grant = signForm(request({ redirect: 'https://app.example.com/done' }));
    expect(grant.fields).toHaveProperty('success_action_redirect', 'https://app.example.com/done');
    expect(grant.fields).not.toHaveProperty('success_action_status');
    expect(formGrantSchema.parse(grant)).toEqual(grant);
  });

  it('expires with the credentials that signed it', () => {
    const credentials = { ...request().credentials, expiresAt: request().now + 60_000 };
    expect(policyOf(signForm(request({ credentials })).fields).expiration).toBe(
      '2026-01-02T03:05:05.000Z',
    );
  });
});
