import type { PresentedReason } from '../../core/contract/upload.ts';

/** What `npm run demo -- --json` prints. Sizes are in bytes. */
export interface DemoResult {
  readonly status: string;
  readonly reason?: Partial<PresentedReason> & { readonly code: string };
  /** Absent if the API refused the upload. */
  readonly uploadId?: string;
  readonly source: {
    readonly size: number;
    readonly container?: string;
    /** As displayed: after pixel aspect ratio and rotation. */
    readonly width?: number;
    readonly height?: number;
    /** Seconds. */
    readonly duration?: number;
    readonly videoCodec?: string;
    readonly audioCodec?: string;
  };
  readonly parts?: number;
  readonly timings: {
    readonly grantMs?: number;
    readonly uploadMs?: number;
    /** From sending `complete` to the workflow's call of CreateJob. */
    readonly completeToCreateJobMs?: number;
    readonly totalMs: number;
  };
  /** States entered. */
  readonly transitions?: number;
  readonly lambdaInvocations?: number;
  readonly inspect?: { readonly reads: number; readonly bytes: number; readonly ms: number };
  readonly renditions?: readonly DemoRendition[];
  /** Addresses for a viewer; they contain a token. */
  readonly manifests?: { readonly hls: string; readonly dash: string };
  readonly poster?: string;
}

export interface DemoRendition {
  readonly width: number;
  readonly height: number;
  readonly codecs: string;
  readonly bandwidth: number;
}

/** 0 for `ready`, 3 for `rejected`, 1 for any other status. */
export function exitCode(status: string): number {
  if (status === 'ready') return 0;
  return status === 'rejected' ? 3 : 1;
}
