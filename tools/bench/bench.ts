import * as z from 'zod';
import type { HostedCloud } from '../../test/kit/hosted-cloud.ts';

/** One measure of one candidate: a value for each run, in the order of the runs. */
const seriesSchema = z.strictObject({
  /** For example `signing 10,000 parts`; candidates with the same measure are compared. */
  measure: z.string(),
  candidate: z.string(),
  unit: z.string(),
  better: z.enum(['more', 'less']),
  values: z.array(z.number()).min(1),
});

/** A claim, the value that was reached and the limit. */
const targetSchema = z.strictObject({
  claim: z.string(),
  reached: z.number(),
  unit: z.string(),
  bound: z.enum(['at least', 'at most']),
  limit: z.number(),
});

/** How a cost grows with a size: a point for each candidate and size. */
const growthSchema = z.strictObject({
  /** Part of the plot's file name. */
  id: z.string().regex(/^[a-z0-9-]+$/),
  title: z.string(),
  x: z.string(),
  y: z.string(),
  /** Both axes are logarithmic: a straight line is a power law, 45° is linear growth. */
  logarithmic: z.boolean(),
  points: z.array(z.strictObject({ candidate: z.string(), x: z.number(), y: z.number() })),
});

export const measuredSchema = z.strictObject({
  series: z.array(seriesSchema).min(1),
  /** The measures that the plot shows; the table shows all. */
  plotted: z.array(z.string()),
  targets: z.array(targetSchema),
  growth: z.array(growthSchema),
  /** Sentences that only a run can write: which version of a peer was found, what a number consists of. */
  remarks: z.array(z.string()),
});

export type Series = z.output<typeof seriesSchema>;
export type Target = z.output<typeof targetSchema>;
export type Growth = z.output<typeof growthSchema>;
/** The result of one run of a bench. */
export type Measured = z.output<typeof measuredSchema>;

/** The settings of one run, the same for every candidate. */
export interface BenchRun {
  /** Takes sizes that finish in seconds. It shows that the bench works; its figures mean nothing. */
  readonly small: boolean;
  /** Measured rounds of each candidate, after a warm-up round. */
  readonly runs: number;
  /** An empty folder, removed afterwards. */
  readonly folder: string;
  /** Opens the local cloud; the bench must close it. */
  readonly openCloud: () => Promise<HostedCloud>;
  /** Reports progress. */
  readonly say: (line: string) => void;
}

/** The text on the page beside the numbers. It is in the bench's source so that both change together. */
export interface BenchProse {
  readonly title: string;
  /** What is measured, with its beginning and end. */
  readonly measures: string;
  /** The configuration of each candidate, and why it is fair. */
  readonly candidates: readonly { readonly name: string; readonly how: string }[];
  readonly leftOut: readonly string[];
  /** Why a number is not better: what was measured about it and what was tried. */
  readonly limits?: readonly string[];
}

export interface Bench {
  /** As `npm run bench -- NAME` takes it. */
  readonly name: string;
  readonly prose: BenchProse;
  run(run: BenchRun): Promise<Measured>;
}

/** The name of reelgate among the candidates of every bench. */
export const OURS = 'reelgate';
