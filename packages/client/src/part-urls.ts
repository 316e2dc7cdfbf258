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

/** S3 checks the expiry when a request begins. What begins this much before its end is safe. */
const MARGIN_MS = 30_000;
/** Of a grant that lives for a minute only, that would be half. */
const MARGIN_SHARE = 0.1;

/** The presigned URLs of an upload's parts, signed again when they have expired, are about to, or were refused. */
export class PartUrls {
  readonly #options: PartUrlsOptions;
  /** Ten thousand URLs are 10 MB, their signatures 1 MB: a URL is made when it is needed. */
  #template = '';
  #signatures = new Map<number, string>();
  #validUntil = Number.NEGATIVE_INFINITY;
  #signing: Promise<void> | undefined;

  constructor(options: PartUrlsOptions) {
    this.#options = options;
  }

  /**
   * Takes a grant up.
   *
   * @param askedAt when it was asked for: it cannot have been signed earlier
   */
  granted(grant: CompactGrant, askedAt: number): void {
    const life = lifetimeMs(grant, askedAt);
    this.#validUntil = askedAt + life - Math.min(MARGIN_MS, life * MARGIN_SHARE);
    this.#template = grant.urlTemplate;
    this.#signatures = new Map(
      grant.partNumbers.map((partNumber, index) => [partNumber, grant.signatures[index] ?? '']),
    );
  }

  /** @throws UploadError where the API signs no more */
  async of(partNumber: number): Promise<string> {
    for (let tries = 0; tries < 3; tries++) {
      const url = this.#url(partNumber);
      if (url && this.#options.now() < this.#validUntil) return url;
      this.#signing ??= this.#signAgain(partNumber).finally(() => {
        this.#signing = undefined;
      });
      await this.#signing;
    }
    throw new UploadError('invalid_answer', {
      message: `The grant is over or lacks part ${partNumber}.`,
      partNumber,
    });
  }

  /** S3 has refused this URL; unless it is an older one, all are signed again. */
  refused(partNumber: number, url: string): void {
    if (this.#url(partNumber) === url) this.#validUntil = Number.NEGATIVE_INFINITY;
  }

  #url(partNumber: number): string | undefined {
    const signature = this.#signatures.get(partNumber);
    return signature && partUrl(this.#template, partNumber, signature);
  }

  async #signAgain(partNumber: number): Promise<void> {
    const numbers = new Set([...this.#options.outstanding(), partNumber]);
    const askedAt = this.#options.now();
    this.granted(await this.#options.sign([...numbers].sort((a, b) => a - b)), askedAt);
  }
}

/**
 * How long a grant is valid. Of the URL's own parameter, since this machine's clock may be wrong by hours:
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 */
function lifetimeMs(grant: CompactGrant, askedAt: number): number {
  const seconds = Number(/[?&]X-Amz-Expires=(\d+)/.exec(grant.urlTemplate)?.[1]);
  return seconds > 0 ? seconds * 1_000 : Date.parse(grant.expiresAt) - askedAt;
}
