import { partUrl } from '../../../core/contract/expand-grant.ts';
import type { CompactGrant } from '../../../core/contract/wire.ts';
import { UploadError } from './upload-error.ts';

export interface PartUrlsOptions {
  /** Milliseconds. */
  readonly now: () => number;
  /** Signs parts again. */
  readonly sign: (partNumbers: readonly number[]) => Promise<CompactGrant>;
  /** The parts that are still to be sent: when one has to be signed again, all of them are, in one call. */
  readonly outstanding: () => readonly number[];
}

/** S3 checks the expiry when a request starts; a request that starts this much earlier is safe. */
const MARGIN_MS = 30_000;
/** For a grant that lives for one minute, 30 seconds would be half of it. */
const MARGIN_SHARE = 0.1;
const MAX_SIGNINGS = 3;

/** Presigned URLs of an upload's parts. They are signed again when they have expired, are about to, or were refused. */
export interface PartUrls {
  /** @param requestedAt when the grant was requested: it cannot have been signed earlier */
  use(grant: CompactGrant, requestedAt: number): void;
  /** @throws UploadError if the API does not sign any more, or signs no valid URL */
  of(partNumber: number): Promise<string>;
  /** S3 has refused this URL. Unless it is an older one, all are signed again. */
  refused(partNumber: number, url: string): void;
}

export function partUrls({ now, sign, outstanding }: PartUrlsOptions): PartUrls {
  // Ten thousand URLs take 10 MB, their signatures 1 MB: each URL is built when it is needed.
  let template = '';
  let signatures = new Map<number, string>();
  let validUntil = 0;
  let signing: Promise<void> | undefined;

  const urlOf = (partNumber: number) => {
    const signature = signatures.get(partNumber);
    return signature && partUrl(template, partNumber, signature);
  };
  const use = (grant: CompactGrant, requestedAt: number) => {
    const lifetime = lifetimeMs(grant, requestedAt);
    validUntil = requestedAt + lifetime - Math.min(MARGIN_MS, lifetime * MARGIN_SHARE);
    template = grant.urlTemplate;
    signatures = new Map(
      grant.partNumbers.map((partNumber, index) => [partNumber, grant.signatures[index] ?? '']),
    );
  };
  const signAgain = async (partNumber: number) => {
    const partNumbers = [...new Set([...outstanding(), partNumber])].sort((a, b) => a - b);
    const requestedAt = now();
    use(await sign(partNumbers), requestedAt);
  };
  return {
    use,
    async of(partNumber) {
      for (let signings = 0; signings < MAX_SIGNINGS; signings++) {
        const url = urlOf(partNumber);
        if (url && now() < validUntil) return url;
        signing ??= signAgain(partNumber).finally(() => {
          signing = undefined;
        });
        await signing;
      }
      throw new UploadError('invalid_response', {
        message: `No valid URL for part ${partNumber}.`,
        partNumber,
      });
    },
    refused(partNumber, url) {
      if (urlOf(partNumber) === url) validUntil = 0;
    },
  };
}

/**
 * How long a grant is valid. Taken from the URL's own parameter, because this machine's clock may be wrong by hours:
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 */
function lifetimeMs(grant: CompactGrant, requestedAt: number): number {
  const seconds = Number(/[?&]X-Amz-Expires=(\d+)/.exec(grant.urlTemplate)?.[1]);
  return seconds > 0 ? seconds * 1_000 : Date.parse(grant.expiresAt) - requestedAt;
}
