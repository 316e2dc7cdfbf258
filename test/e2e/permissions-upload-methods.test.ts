import type { FormGrant, PutGrant, Upload } from '../../core/contract/wire.ts';
import { signForm } from '../../core/grants/form-grant.ts';
import { formKey, parseSourceKey } from '../../core/uploads/object-keys.ts';
import { eventually, film, itemOf, requestFor } from '../../tools/permissions/fixture.ts';
import { post, put } from '../kit/single-request-client.ts';
import { refusedTo, takenAway } from './permissions-taken.ts';

const { hostedWithout } = takenAway();

describe('The other upload methods without one permission of each role', () => {
  const fixture = hostedWithout('waysIn');
  const ask = async <Body>(method: string, path: string, body?: object) => {
    const response = await fetch(new URL(path, fixture().hosted.api), {
      method,
      headers: {
        authorization: `Bearer ${fixture().token}`,
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Body };
  };
  const created = async <Grant>(method: 'put' | 'post') => {
    const request = { ...requestFor(film), method };
    const response = await ask<{ upload: Upload; grant: Grant }>('POST', '/v1/uploads', request);
    expect(response.status).toBe(201);
    return response.body;
  };

  it.each([
    [
      'making a capability',
      'Api/CreateCompanionSession/Role',
      'dynamodb:PutItem on arn:aws:dynamodb:',
      'POST',
      '/v1/companion-sessions',
    ],
    [
      'Companion’s protocol',
      'Api/Companion/Role',
      'dynamodb:GetItem on arn:aws:dynamodb:',
      'GET',
      '/v1/companion/s3/multipart/019b7c2e-5a3e-7000-8000-0123456789ab?key=x',
    ],
  ])(
    '%s gets 500 without the cause; the log has it',
    async (_what, role, refused, method, path) => {
      const response = await ask(method, path);
      expect(response).toMatchObject({ status: 500, body: { code: 'internal_error' } });
      expect(JSON.stringify(response.body)).not.toContain('arn:aws');
      expect(refusedTo(fixture(), role)).toContainEqual(expect.stringContaining(refused));
    },
  );

  it('S3 refuses a single PUT when the signer may not write it', async () => {
    const { upload, grant } = await created<PutGrant>('put');
    expect(await put(grant)).toMatchObject({ status: 403, code: 'AccessDenied' });
    expect(refusedTo(fixture(), 'ObjectSigner/Role')).toContainEqual(
      expect.stringMatching(`^s3:PutObject on arn:aws:s3:::.*/uploads/.*/${upload.id}/source$`),
    );
  });

  it('S3 refuses a form when the signer may not post it', async () => {
    const { upload, grant } = await created<FormGrant>('post');
    expect(await post(grant)).toMatchObject({ status: 403, code: 'AccessDenied' });
    expect(refusedTo(fixture(), 'FormSigner/Role')).toContainEqual(
      expect.stringMatching(`^s3:PutObject on arn:aws:s3:::.*/forms/.*/${upload.id}/source$`),
    );
  });

  it('a form’s file stays staged, and its upload waits, when accept-form may not copy it', async () => {
    const { upload } = await created<FormGrant>('post');
    const { hosted, cloud } = fixture();
    const { owner = '' } = parseSourceKey((await itemOf(fixture(), upload.id)).objectKey) ?? {};
    const form = signForm({
      bucketUrl: `${hosted.endpoints.s3}/${hosted.sourceBucket}`,
      bucket: hosted.sourceBucket,
      key: formKey(owner, upload.id),
      contentType: 'video/mp4',
      size: film.length,
      credentials: cloud.operator,
      region: 'us-east-1',
      now: Date.now(),
      lifetimeSeconds: 60,
    });
    expect(await post(form)).toMatchObject({ status: 201 });
    const refused = await eventually('the refusal', async () =>
      refusedTo(fixture(), 'Forms/AcceptForm/Role').find((call) => call.includes(upload.id)),
    );
    expect(refused).toMatch(/^s3:PutObject on arn:aws:s3:::.*\/uploads\//);
    expect((await itemOf(fixture(), upload.id)).status).toBe('waiting');
  });
});
