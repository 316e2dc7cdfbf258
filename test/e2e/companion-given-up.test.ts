import type { Upload } from '../../core/contract/upload.ts';
import type { ListUploadsResponse } from '../../core/contract/wire.ts';
import { type CloudControl, controlOf } from '../kit/cloud-control.ts';
import { eventually } from '../kit/eventually.ts';
import { type HostedCloud, hostCloud } from '../kit/hosted-cloud.ts';
import { plainClient } from '../kit/single-request-client.ts';

let cloud: HostedCloud;
let control: CloudControl;

beforeAll(async () => {
  // The quota has room for one upload: an upload that is not given up blocks the next one.
  cloud = await hostCloud({ upload: { quota: { maximumActiveUploads: 1 } } }, { control: true });
  control = controlOf(cloud.hosted);
});

afterAll(() => cloud?.close());

const MULTIPART = ['POST', '/v1/companion/s3/multipart'] as const;
const FORM = [
  'GET',
  '/v1/companion/s3/params?filename=a.mp4&type=video/mp4&metadata[size]=7',
] as const;
const metadata = { filename: 'a.mp4', type: 'video/mp4', metadata: { size: 7 } };

/** Ids of uploads that earlier steps have found. */
const seen = new Set<string>();

/** Waits until the newest upload of the list is the expected one: the list may lag. */
async function newest(isExpected: (upload: Upload) => boolean): Promise<Upload> {
  const { ask } = plainClient(cloud);
  let found: Upload | undefined;
  await eventually(async () => {
    [found] = (
      await ask<ListUploadsResponse>('GET', '/v1/uploads?limit=1&includeEnded=true')
    ).body.uploads;
    return found !== undefined && isExpected(found);
  });
  if (found === undefined) throw new Error('There is no upload.');
  return found;
}

describe('An upload whose creation by Uppy received no response', () => {
  it.each([
    [MULTIPART, 's3', 'CreateMultipartUpload'],
    [FORM, 'sts', 'AssumeRole'],
  ] as const)(
    'by %j holds no place where %s %s fails',
    async ([method, path], service, operation) => {
      const { ask } = plainClient(cloud);
      const body = method === 'POST' ? metadata : undefined;
      const rule = { service, operation, kind: 'server_error', times: 'always' } as const;
      const [added] = await control.add({ ...rule, caller: 'companion' });
      const failed = await ask<{ code: string }>(method, path, body);
      expect([failed.status, failed.body.code]).toEqual([503, 'unavailable']);
      await control.remove(added?.id);

      const givenUp = await newest(({ id, status }) => !seen.has(id) && status === 'cancelled');
      seen.add(givenUp.id);
      const again = await ask(method, path, body);
      expect(again.status).toBe(200);
      const open = await newest(({ id, status }) => !seen.has(id) && status !== 'cancelled');
      seen.add(open.id);
      expect((await ask('DELETE', `/v1/uploads/${open.id}`)).status).toBe(200);
    },
  );
});
