import { defaultUploadPolicy } from '../../../core/uploads/upload-policy.ts';
import { type Inspection, inspectMutant } from './inspect-mutant.ts';
import { deployedInspector } from './inspector.ts';
import { type Mutant, mutantOf, type Original } from './mutations.ts';
import { givenOriginals, madeOriginals } from './originals.ts';
import { randomOf } from './random.ts';

/**
 * Makes mutants and inspects them in a process of its own: `run-media.ts` starts it with the `Order` as JSON, gets
 * its messages, and can still report the file if the inspector hangs or uses all memory.
 */
export interface Order {
  readonly seed: number;
  /** Number of the first mutant. */
  readonly from: number;
  readonly files: number;
  /** A folder of videos to mutate in addition to the project's own. */
  readonly videos?: string;
}

export type Message =
  | {
      readonly type: 'originals';
      readonly names: readonly string[];
      readonly leftOut: readonly string[];
    }
  /** Sent before the inspection. */
  | { readonly type: 'begun'; readonly index: number; readonly made: string }
  | { readonly type: 'inspected'; readonly index: number; readonly inspection: Inspection }
  /** Peak of the whole process, bytes. */
  | { readonly type: 'ended'; readonly peak: number };

async function work({ seed, from, files, videos }: Order): Promise<void> {
  const given = videos === undefined ? undefined : await givenOriginals(videos);
  const originals = [...(await madeOriginals()), ...(given?.originals ?? [])];
  const names = originals.map(({ name }) => name);
  await send({ type: 'originals', names, leftOut: given?.leftOut ?? [] });
  const inspector = deployedInspector(defaultUploadPolicy);
  for (let index = from; index < from + files; index += 1) {
    const made = mutant(originals, seed, index);
    await send({ type: 'begun', index, made: made.made });
    const inspection = await inspectMutant(inspector, made, () => performance.now());
    await send({ type: 'inspected', index, inspection });
  }
  // The unit is KiB: https://nodejs.org/api/process.html#processresourceusage
  await send({ type: 'ended', peak: process.resourceUsage().maxRSS * 1_024 });
}

function mutant(originals: readonly Original[], seed: number, index: number): Mutant {
  const random = randomOf(seed, index);
  return mutantOf(random.pick(originals), random);
}

function send(message: Message): Promise<void> {
  return new Promise((resolve, reject) => {
    process.send?.(message, (error: Error | null) => (error ? reject(error) : resolve()));
  });
}

await work(JSON.parse(process.argv[2] ?? '') as Order);
process.disconnect();
