import { defaultUploadPolicy } from '../../../core/uploads/upload-policy.ts';
import { type Inspection, inspectMutant } from './inspect-mutant.ts';
import { deployedInspector } from './inspector.ts';
import { type Mutant, mutantOf, type Original } from './mutations.ts';
import { givenOriginals, madeOriginals } from './originals.ts';
import { randomOf } from './random.ts';

/**
 * Makes mutants and has them inspected, in a process of its own: a file that hangs the inspector or takes all
 * memory ends this process, and whoever has started it tells which one it was. Started by `run-media.ts`
 * with one argument, the `Order` as JSON; speaks by `process.send`.
 */
export interface Order {
  readonly seed: number;
  /** Number of the first mutant. */
  readonly from: number;
  readonly files: number;
  /** A folder of videos to be mutated beside the project's own. */
  readonly videos?: string;
}

export type Told =
  | {
      readonly tells: 'originals';
      readonly names: readonly string[];
      readonly leftOut: readonly string[];
    }
  /** Said before the file is touched. */
  | { readonly tells: 'begun'; readonly index: number; readonly made: string }
  | { readonly tells: 'inspected'; readonly index: number; readonly inspection: Inspection }
  /** Peak of the whole process, bytes. */
  | { readonly tells: 'ended'; readonly peak: number };

async function work({ seed, from, files, videos }: Order): Promise<void> {
  const given = videos === undefined ? undefined : await givenOriginals(videos);
  const originals = [...(await madeOriginals()), ...(given?.originals ?? [])];
  const names = originals.map(({ name }) => name);
  await tell({ tells: 'originals', names, leftOut: given?.leftOut ?? [] });
  const inspector = deployedInspector(defaultUploadPolicy);
  for (let index = from; index < from + files; index += 1) {
    const made = mutant(originals, seed, index);
    await tell({ tells: 'begun', index, made: made.made });
    const inspection = await inspectMutant(inspector, made, () => performance.now());
    await tell({ tells: 'inspected', index, inspection });
  }
  // The unit is KiB: https://nodejs.org/api/process.html#processresourceusage
  await tell({ tells: 'ended', peak: process.resourceUsage().maxRSS * 1_024 });
}

function mutant(originals: readonly Original[], seed: number, index: number): Mutant {
  const random = randomOf(seed, index);
  return mutantOf(random.pick(originals), random);
}

function tell(told: Told): Promise<void> {
  return new Promise((resolve, reject) => {
    process.send?.(told, (error: Error | null) => (error ? reject(error) : resolve()));
  });
}

await work(JSON.parse(process.argv[2] ?? '') as Order);
process.disconnect();
