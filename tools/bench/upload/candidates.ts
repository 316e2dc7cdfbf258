import type { BenchProse } from '../bench.ts';
import { OURS } from '../bench.ts';
import type { PageSender } from './in-page/page.ts';

/** The candidates' names on the page. */
export const NAMES: Readonly<Record<PageSender, string>> = {
  reelgate: OURS,
  'uppy-6': 'Uppy 6.3',
  'uppy-6-signed': 'Uppy 6.3, presigned',
  'uppy-5': 'Uppy 5.1',
  'uppy-5-signed': 'Uppy 5.1, presigned',
  'lib-storage': '@aws-sdk/lib-storage',
  bare: 'bare parallel PUTs',
};

/** The configuration of each, the same in all benches that send files. */
export const UPLOADERS: BenchProse['candidates'] = [
  {
    name: NAMES.reelgate,
    how: 'the client with its defaults: it stores its state to resume, computes the CRC64NVME of the whole file and has `complete` check it, adapts the number of concurrent parts to the throughput, retries, and renews signatures.',
  },
  {
    name: NAMES['uppy-6'],
    how: '@uppy/core and @uppy/aws-s3 6.3.1, unmodified, configured as in docs/guides/other-clients.md: Companion’s protocol, with a call for the signature of each part. The address with its capability is requested before the measurement.',
  },
  {
    name: NAMES['uppy-5'],
    how: '@uppy/core 5.2.0 and @uppy/aws-s3 5.1.0, configured in the same way, with the token in a header and the default limit of six concurrent requests.',
  },
  {
    name: 'both, presigned',
    how: 'the same packages with all signatures of one grant already in the page: no part waits for a call. An app can approach this with temporary credentials in the page (`getTemporarySecurityCredentials`), but those allow their holder to write to the bucket without any limit of size. This candidate shows how much of the difference comes from the grant and how much from sending.',
  },
  {
    name: NAMES['lib-storage'],
    how: '`Upload` with credentials of the bucket’s owner: it signs by itself and calls no API. It sends four parts at a time (its default) with the CRC32 of each part that the SDK adds by default. Over plain HTTP the SDK would also hash all bytes for the signature, which it does not do over HTTPS; that is turned off.',
  },
  {
    name: NAMES.bare,
    how: 'the limit of this setup: the parts of the same grant by plain PUTs, four at a time in Node and six in the browser, without checksum, progress or stored state; in the browser a failed part is sent again at once.',
  },
  {
    name: 'all',
    how: 'the same local cloud (API, S3, workflow) in a process of its own over loopback, the same file on the same disk, and the same parts of 8 MiB (the default of Uppy and lib-storage, 5 MiB, would need more requests). The time is from the call to the response of `complete`, with creation and signing. Each run has a fresh process, or a fresh page in a fresh profile. The processing of the file afterwards is not counted, and the next run waits until it has ended.',
  },
];
