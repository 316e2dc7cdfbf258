import { routes } from '../../../core/contract/routes.ts';
import type { Upload } from '../../../core/contract/upload.ts';
import { sourceKey } from '../../../core/uploads/object-keys.ts';
import { eventually } from '../../kit/eventually.ts';
import { row } from '../rows.ts';
import { type AttackTarget, attackTarget, type Granted, kindOf } from './attack-target.ts';
import { holdings, itemOf, responseText, stateOf, tally } from './state-texts.ts';

const MIB = 1024 * 1024;
const ABSENT = '01890000-0000-7000-8000-000000000000';

let target: AttackTarget;
let theirs: Granted;

beforeAll(async () => {
  target = await attackTarget();
  theirs = await target.granted(MIB, 'uploader-a');
});

afterAll(() => target?.close());

/** A valid body for each route, so that only the id can be refused. */
const BODIES: Readonly<Record<string, object>> = {
  'sign-parts': { partNumbers: [1] },
  'set-visibility': { visibility: 'public' },
  'create-viewer-playback': { viewer: 'me' },
  'put-captions': {},
  'complete-upload': { parts: [{ partNumber: 1, etag: 'x' }] },
};

/**
 * Routes that refuse before any upload is read: who is no moderator, a token without the scope of backends, and captions
 * as JSON.
 */
const REFUSED_EARLIER: Readonly<Record<string, number>> = {
  'remove-upload': 403,
  'restore-upload': 403,
  'create-viewer-playback': 403,
  'put-captions': 415,
};

const idRoutes = routes.filter(({ path }) => path.includes('{id}'));

describe('The id of another owner’s upload', () => {
  it.each(idRoutes.map((route) => [`${route.method} ${route.path}`, route] as const))(
    'is responseText by %s exactly as one that does not exist',
    async (_, route) => {
      const call = (id: string) =>
        target.ask(
          'uploader-b',
          route.method,
          route.path.replace('{id}', id).replace('{language}', 'en'),
          BODIES[route.name],
        );
      const [foreign, absent] = [await call(theirs.upload.id), await call(ABSENT)];
      expect(foreign.status).toBe(REFUSED_EARLIER[route.name] ?? 404);
      expect(kindOf(foreign.body)).toEqual(kindOf(absent.body));
      expect([...foreign.headers.keys()]).toEqual([...absent.headers.keys()]);
      row(responseText(foreign), `theirs: ${await stateOf(target, theirs)}`);
    },
  );

  it.each([
    ['in capitals', (id: string) => id.toUpperCase()],
    ['with a NUL behind it', (id: string) => `${id}%00`],
    ['with a line break behind it', (id: string) => `${id}%0D%0A`],
    ['with a path before it', (id: string) => `..%2F${id}`],
    ['as a key of the table', (id: string) => `UPLOAD%23${id}`],
    ['of version 4', () => crypto.randomUUID()],
    ['of 2 KB', () => 'a'.repeat(2_048)],
    ['that is no UTF-8', () => '%FF%FE'],
  ])('%s is responseText as an absent one, to its owner as well', async (_, form) => {
    const responses: string[] = [];
    for (const who of ['uploader-a', 'uploader-b']) {
      const response = await target.ask(who, 'GET', `/v1/uploads/${form(theirs.upload.id)}`);
      expect([400, 404]).toContain(response.status);
      expect(JSON.stringify(response.body)).not.toContain(theirs.upload.fileName);
      responses.push(responseText(response));
    }
    row(tally(responses), `theirs: ${await stateOf(target, theirs)}`);
  });

  it('gives no access: the upload is unchanged after all requests', async () => {
    const response = await target.ask('uploader-a', 'GET', `/v1/uploads/${theirs.upload.id}`);
    const { upload } = response.body as { upload: Upload };
    expect(upload).toMatchObject({ status: 'waiting', updatedAt: theirs.upload.updatedAt });
    expect(upload.timeline).toEqual(theirs.upload.timeline);
    row(`${responseText(response)} ${upload.status}`, await stateOf(target, theirs));
  });
});

describe('Other data of an owner', () => {
  it('is not listed for another owner, with any filter or cursor', async () => {
    await target.granted(MIB, 'uploader-a');
    let nextCursor: string | undefined;
    // The list may lag behind the creation of the second upload.
    await eventually(async () => {
      const mine = await target.ask('uploader-a', 'GET', '/v1/uploads?limit=1');
      ({ nextCursor } = mine.body as { nextCursor?: string });
      return nextCursor !== undefined;
    });
    const stolen = await target.ask('uploader-b', 'GET', `/v1/uploads?cursor=${nextCursor}`);
    expect(stolen).toMatchObject({ status: 400, body: { code: 'cursor_invalid' } });
    const responses = [responseText(stolen)];
    for (const query of ['', '?status=waiting', '?limit=100']) {
      const list = await target.ask('uploader-b', 'GET', `/v1/uploads${query}`);
      expect(list.body).toEqual({ uploads: [] });
      responses.push(`${responseText(list)} with no upload`);
    }
    const owner = await target.owner('uploader-a');
    for (const query of [`?owner=${owner}`, '?subject=x', '?status=anything', '?limit=0']) {
      const list = await target.ask('uploader-b', 'GET', `/v1/uploads${query}`);
      expect(list).toMatchObject({ status: 422, body: { code: 'invalid_request' } });
      responses.push(`${list.status} ${kindOf(list.body).code}`);
    }
    row(tally(responses), await holdings(target, 'uploader-b'));
  });

  it('is not returned for an idempotency key that the owner has used', async () => {
    const request = { fileName: 'film.mp4', contentType: 'video/mp4', size: MIB };
    const header = { 'idempotency-key': 'the-same-for-both' };
    const first = await target.ask('uploader-a', 'POST', '/v1/uploads', request, header);
    const second = await target.ask('uploader-b', 'POST', '/v1/uploads', request, header);
    expect([first.status, second.status]).toEqual([201, 201]);
    const idOf = ({ body }: { body: unknown }) => (body as { upload: Upload }).upload.id;
    expect(idOf(second)).not.toBe(idOf(first));
    row(`${responseText(second)}, an upload of one’s own`, await holdings(target, 'uploader-b'));
  });

  it.each([
    ['an owner', { owner: 'YQ' }],
    ['a subject', { subject: 'a' }],
    ['an object key', { objectKey: 'videos/x/index.m3u8' }],
    ['an upload id', { uploadId: ABSENT }],
    ['a status', { status: 'ready' }],
  ])('is not taken over by %s in the request', async (_, more) => {
    const request = { fileName: 'film.mp4', contentType: 'video/mp4', size: MIB, ...more };
    const response = await target.ask('uploader-b', 'POST', '/v1/uploads', request);
    expect(response).toMatchObject({
      status: 422,
      body: { code: 'invalid_request', errors: [{ pointer: `/${Object.keys(more)[0]}` }] },
    });
    row(responseText(response), await holdings(target, 'uploader-b'));
  });
});

/** Creates an upload with this file name; returns the record and the object's key. */
async function named(fileName: string): Promise<Granted> {
  const granted = await target.granted(1, 'moderator-a', fileName);
  await target.ask('moderator-a', 'DELETE', `/v1/uploads/${granted.upload.id}`);
  return granted;
}

describe('A file name', () => {
  it.each([
    ['that climbs out of its folder', '../../../../etc/passwd'],
    ['that climbs out of its folder on Windows', '..\\..\\windows\\system32\\x.mp4'],
    ['that is an absolute path', '/videos/x/index.m3u8'],
    ['that is two dots', '..'],
    ['that is a key of the bucket', 'uploads/AAAA/01890000-0000-7000-8000-000000000000/source'],
    ['that is encoded', '%2e%2e%2fsource%00.mp4'],
    ['with the marks of the grant’s template', '{partNumber}{signature}.mp4'],
    ['with markup', '<img src=x onerror=alert(1)>.mp4'],
    ['with the words of a shell', '$(touch /tmp/x);`id`|&.mp4'],
    ['with the words of a query language', '{% $states.context %} #status = :x'],
    ['in many scripts', '電影-фильм-فيلم-🎬.mp4'],
    ['in decomposed letters', 'e\u0301te\u0301.mp4'],
    ['that turns the direction of writing', 'film\u202e4pm.exe'],
    ['that is as long as a name may be', 'x'.repeat(1_024)],
  ])('%s is data: it is shown as it came, and the key is the server’s', async (_, fileName) => {
    const { upload, key } = await named(fileName);
    expect(upload.fileName).toBe(fileName);
    expect(key).toBe(sourceKey(await target.owner('moderator-a'), upload.id));
    expect(upload.displayName).not.toMatch(/[/\\\p{Cc}\u202e]/u);
    const ended = await itemOf(target, upload.id);
    row(
      `201, shown as ${upload.displayName?.slice(0, 32)}`,
      `key …${key.slice(-7)}, ${ended?.status}`,
    );
  });

  it.each([
    ['with a NUL', 'film\0.mp4'],
    ['with a line break', 'film.mp4\r\nx-amz-acl: public-read'],
    ['with an escape', '\x1b[2Jfilm.mp4'],
    ['of 2 KB', 'x'.repeat(2_048)],
    ['of 2 KB in three-byte letters', '電'.repeat(683)],
    ['that is empty', ''],
    ['with half a letter', 'film\ud83c.mp4'],
  ])('%s is refused with a problem of that field', async (_, fileName) => {
    const request = { fileName, contentType: 'video/mp4', size: 1 };
    const response = await target.ask('moderator-b', 'POST', '/v1/uploads', request);
    expect(response).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/fileName', code: 'file_name_invalid' }] },
    });
    expect(await target.quotaOf(await target.owner('moderator-b'))).toBeUndefined();
    row(responseText(response), await holdings(target, 'moderator-b'));
  });
});

describe('A request’s body', () => {
  it.each([
    ['that is no JSON', '{"fileName":', 400, 'malformed_request'],
    ['of a list', '[]', 422, 'invalid_request'],
    ['of ten thousand brackets', '['.repeat(10_000) + ']'.repeat(10_000), 422, 'invalid_request'],
    ['over its limit', JSON.stringify({ fileName: 'x'.repeat(70_000) }), 413, 'request_too_large'],
    [
      'with a size beyond what a number holds',
      '{"fileName":"x","contentType":"video/mp4","size":9007199254740993}',
      422,
      'invalid_request',
    ],
    [
      'with a negative size',
      '{"fileName":"x","contentType":"video/mp4","size":-1}',
      422,
      'invalid_request',
    ],
    [
      'that reaches for the prototype',
      '{"fileName":"x","contentType":"video/mp4","size":1,"__proto__":{"owner":"a"}}',
      422,
      'invalid_request',
    ],
  ])('%s is refused in words, and nothing is recorded', async (_, body, status, code) => {
    const response = await target.ask('moderator-b', 'POST', '/v1/uploads', body);
    expect(response).toMatchObject({ status, body: { code } });
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    expect(await target.quotaOf(await target.owner('moderator-b'))).toBeUndefined();
    row(responseText(response), await holdings(target, 'moderator-b'));
  });

  it.each([
    ['with a NUL in its metadata', { metadata: { a: 'b\0' } }, '/metadata/a'],
    ['with a line break in its metadata', { metadata: { a: 'b\r\nc' } }, '/metadata/a'],
    ['with an escape in its metadata', { metadata: { a: '\x1b[2J' } }, '/metadata/a'],
    [
      'with 20 KB of emoji as metadata',
      {
        metadata: Object.fromEntries([...'abcdefghijklmnopqrst'].map((n) => [n, '🎬'.repeat(256)])),
      },
      '/metadata',
    ],
    [
      'with a redirect that a browser reads otherwise',
      { method: 'post', redirect: 'http://localhost:5173\\@evil.example/' },
      '/redirect',
    ],
  ])('%s is refused, and the field is named', async (_, more, pointer) => {
    const request = { fileName: 'film.mp4', contentType: 'video/mp4', size: 1, ...more };
    const response = await target.ask('moderator-b', 'POST', '/v1/uploads', request);
    expect(response).toMatchObject({ status: 422, body: { errors: [{ pointer }] } });
    expect(await target.quotaOf(await target.owner('moderator-b'))).toBeUndefined();
    row(responseText(response), await holdings(target, 'moderator-b'));
  });

  it('with metadata named like properties of an object keeps them', async () => {
    const metadata = { constructor: 'x', toString: 'y', hasOwnProperty: 'z' };
    const request = { fileName: 'film.mp4', contentType: 'video/mp4', size: 1, metadata };
    const response = await target.ask('moderator-a', 'POST', '/v1/uploads', request);
    expect(response).toMatchObject({ status: 201 });
    expect((response.body as { upload: Upload }).upload.metadata).toEqual(metadata);
    row(responseText(response), await holdings(target, 'moderator-a'));
  });

  it('with metadata that target the prototype is refused, and the field is named', async () => {
    const body =
      '{"fileName":"x","contentType":"video/mp4","size":1,"metadata":{"__proto__":{"admin":"yes"},"a":"b"}}';
    const response = await target.ask('moderator-b', 'POST', '/v1/uploads', body);
    expect(response).toMatchObject({
      status: 422,
      body: { code: 'invalid_request', errors: [{ pointer: '/metadata/__proto__' }] },
    });
    row(responseText(response), await holdings(target, 'moderator-b'));
  });
});
