import * as z from 'zod';
import type { HostedCloud } from '../../test/kit/hosted-cloud.ts';

/** One thing measured for one contender: one value a run, in the order in which they were run. */
const seriesSchema = z.strictObject({
  /** For example `signing 10,000 parts`; contenders with the same measure are compared. */
  measure: z.string(),
  contender: z.string(),
  unit: z.string(),
  better: z.enum(['more', 'less']),
  values: z.array(z.number()).min(1),
});

/** A claim, what was reached and what must be reached. */
const targetSchema = z.strictObject({
  claim: z.string(),
  reached: z.number(),
  unit: z.string(),
  bound: z.enum(['at least', 'at most']),
  limit: z.number(),
});

/** How a cost grows with something: one point a contender and size. */
const growthSchema = z.strictObject({
  /** Names the plot's file. */
  id: z.string().regex(/^[a-z0-9-]+$/),
  title: z.string(),
  x: z.string(),
  y: z.string(),
  /** Both axes are logarithmic: a straight line is a power law, 45° is linear growth. */
  logarithmic: z.boolean(),
  points: z.array(z.strictObject({ contender: z.string(), x: z.number(), y: z.number() })),
});

export const measuredSchema = z.strictObject({
  series: z.array(seriesSchema).min(1),
  /** The measures that the plot shows; the table shows all. */
  plotted: z.array(z.string()),
  targets: z.array(targetSchema),
  growth: z.array(growthSchema),
  /** Sentences that only the run can know: which peer was found, what a number is made of. */
  remarks: z.array(z.string()),
});

export type Series = z.output<typeof seriesSchema>;
export type Target = z.output<typeof targetSchema>;
export type Growth = z.output<typeof growthSchema>;
/** What one run of a bench has found. */
export type Measured = z.output<typeof measuredSchema>;

/** The rules of one run, the same for every contender. */
export interface BenchRun {
  /** Sizes that finish in seconds: shows that the bench works, its figures mean nothing. */
  readonly small: boolean;
  /** Measured rounds for each contender, after one that is not counted. */
  readonly runs: number;
  /** An empty folder, removed afterwards. */
  readonly folder: string;
  /** The local cloud; whoever opens it closes it. */
  readonly openCloud: () => Promise<HostedCloud>;
  /** Tells what goes on. */
  readonly say: (line: string) => void;
}

/** What the page says beside the numbers. It stands in the bench's own source, so that both change together. */
export interface BenchProse {
  readonly title: string;
  /** What is measured, and from where to where. */
  readonly measures: string;
  /** How each contender is configured, and why that is fair. */
  readonly contenders: readonly { readonly name: string; readonly how: string }[];
  readonly leftOut: readonly string[];
  /** Why a number is not better than it is: what was measured of it, and what was tried. */
  readonly limits?: readonly string[];
}

export interface Bench {
  /** As `npm run bench -- NAME` takes it. */
  readonly name: string;
  readonly prose: BenchProse;
  run(run: BenchRun): Promise<Measured>;
}

/** How every bench names the contender that is ours. */
export const OURS = 'reelgate';
