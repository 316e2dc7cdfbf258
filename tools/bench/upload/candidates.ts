import type { BenchProse } from '../bench.ts';
import { OURS } from '../bench.ts';
import type { PageSender } from './in-page/page.ts';

/** How the contenders of the uploads are called on the page. */
export const NAMES: Readonly<Record<PageSender, string>> = {
  reelgate: OURS,
  'uppy-6': 'Uppy 6.3',
  'uppy-6-signed': 'Uppy 6.3, signed in advance',
  'uppy-5': 'Uppy 5.1',
  'uppy-5-signed': 'Uppy 5.1, signed in advance',
  'lib-storage': '@aws-sdk/lib-storage',
  bare: 'bare parallel PUTs',
};

/** How each is configured, the same in all benches that send files. */
export const UPLOADERS: BenchProse['contenders'] = [
  {
    name: NAMES.reelgate,
    how: 'the client as an app calls it, nothing configured: it keeps a record to resume from, computes the CRC64NVME of the whole file and has it checked by `complete`, follows the throughput with the number of parts at once, retries and signs again.',
  },
  {
    name: NAMES['uppy-6'],
    how: '@uppy/core and @uppy/aws-s3 6.3.1, unmodified, pointed at this API as docs/guides/other-clients.md says: Companion’s protocol, which asks for the signature of each part by a call. The address with its capability is asked for before.',
  },
  {
    name: NAMES['uppy-5'],
    how: '@uppy/core 5.2.0 and @uppy/aws-s3 5.1.0, in the same way, with the token in a header. Its limit is six requests at once, its default.',
  },
  {
    name: 'both, signed in advance',
    how: 'the same packages, with all signatures of our grant at hand in the page: no part waits for a call. An app can come near to that with temporary credentials in the page (`getTemporarySecurityCredentials`), which let whoever has them write to the bucket past every limit of size. It shows how much of the difference is the grant and how much the sending.',
  },
  {
    name: NAMES['lib-storage'],
    how: '`Upload` with credentials of the bucket’s owner, so it signs by itself and asks no API. Four parts at once, its default, with the CRC32 of each part that the SDK adds by default. Over plain HTTP it would also hash all bytes for its signature, which it does not over HTTPS; that is turned off.',
  },
  {
    name: NAMES.bare,
    how: 'the limit of the road: the parts of the same grant by plain PUTs, four at once in Node and six in the browser, with no checksum, no progress and no record; in the browser a part that S3 fails is sent again at once.',
  },
  {
    name: 'all',
    how: 'the same local cloud (API, S3, workflow) in a process of its own over loopback, the same file on the same disk, the same parts of 8 MiB (Uppy’s and lib-storage’s own 5 MiB would be more requests). What is measured goes from the call to the answer of `complete`, with creation and signing. Each run has a fresh process, or a fresh page in a fresh profile; what the pipeline does with the file afterwards is waited for and not counted.',
  },
];
