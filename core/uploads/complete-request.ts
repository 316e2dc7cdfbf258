import { partRange } from '../contract/part-range.ts';
import type { RequestReasonCode } from '../contract/reasons.ts';
import type { PartPlan } from '../grants/part-plan.ts';

/** A part in the request of `complete`. */
export interface NamedPart {
  readonly partNumber: number;
  /** With or without quotes. */
  readonly etag: string;
}

/** A part from ListParts of S3. */
export interface StoredPart extends NamedPart {
  /** Bytes. */
  readonly size: number;
}

type CompletionProblemCode = Extract<
  RequestReasonCode,
  | 'parts_missing'
  | 'part_size_wrong'
  | 'part_unknown'
  | 'part_etag_mismatch'
  | 'total_size_mismatch'
>;

export interface CompletionProblem {
  readonly code: CompletionProblemCode;
  readonly detail: string;
  /** The affected part numbers, ascending. */
  readonly parts: readonly number[];
}

export type CompletionResult =
  /** `parts` is the input of CompleteMultipartUpload: all parts, ascending, with the ETags from S3. */
  | { readonly complete: true; readonly parts: readonly StoredPart[] }
  /** One entry for each kind of problem, the most severe first. */
  | { readonly complete: false; readonly problems: readonly CompletionProblem[] };

/**
 * Compares the granted parts, the parts in the request and the parts in S3. S3 itself accepts any subset of the parts
 * and creates an incomplete object: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html
 *
 * @param stored all pages of ListParts
 */
export function checkCompletion(
  plan: PartPlan,
  named: readonly NamedPart[],
  stored: readonly StoredPart[],
): CompletionResult {
  const held = new Map(stored.map((part) => [part.partNumber, part]));
  const asked = new Map(named.map((part) => [part.partNumber, part]));
  const planned = Array.from({ length: plan.partCount }, (_, index) => index + 1);
  const outside = (partNumber: number) => partNumber < 1 || partNumber > plan.partCount;

  const unknown = [...new Set([...asked.keys(), ...held.keys()].filter(outside))];
  const twice = named.length - asked.size;
  const absent = planned.filter((partNumber) => !held.has(partNumber));
  const unnamed = planned.filter((partNumber) => held.has(partNumber) && !asked.has(partNumber));
  const wrongSize = planned.filter((partNumber) => {
    const part = held.get(partNumber);
    return part !== undefined && part.size !== partRange(plan, partNumber).size;
  });
  const otherEtag = planned.filter((partNumber) => {
    const [ours, theirs] = [held.get(partNumber), asked.get(partNumber)];
    return ours !== undefined && theirs !== undefined && bare(ours.etag) !== bare(theirs.etag);
  });
  const total = stored.reduce((sum, part) => sum + part.size, 0);

  const problems: CompletionProblem[] = [];
  const report = (code: CompletionProblemCode, parts: readonly number[], detail: string) => {
    problems.push({ code, detail, parts: [...parts].sort((a, b) => a - b) });
  };
  if (unknown.length > 0 || twice > 0) {
    const repeated = twice > 0 ? ` Repeated part numbers: ${twice}.` : '';
    report('part_unknown', unknown, `The upload has parts 1 to ${plan.partCount}.${repeated}`);
  }
  if (absent.length > 0) {
    report(
      'parts_missing',
      absent,
      `S3 has not received ${absent.length} of ${plan.partCount} parts.`,
    );
  }
  if (unnamed.length > 0) {
    report(
      'parts_missing',
      unnamed,
      `S3 has ${unnamed.length} parts that the request does not list.`,
    );
  }
  if (wrongSize.length > 0) {
    report(
      'part_size_wrong',
      wrongSize,
      `${wrongSize.length} parts have a different size than granted.`,
    );
  }
  if (otherEtag.length > 0) {
    report(
      'part_etag_mismatch',
      otherEtag,
      `${otherEtag.length} parts have a different ETag in S3.`,
    );
  }
  if (absent.length === 0 && total !== plan.size) {
    report('total_size_mismatch', [], `Expected ${plan.size} bytes; S3 has ${total}.`);
  }
  if (problems.length > 0) return { complete: false, problems };
  return { complete: true, parts: [...stored].sort((a, b) => a.partNumber - b.partNumber) };
}

function bare(etag: string): string {
  return etag.replace(/^"(.*)"$/, '$1');
}
