import type { MediaFacts } from '../../core/contract/media.ts';
import type { GivenReason } from '../../core/contract/reasons.ts';
import type { Budgets } from '../../core/quota/budgets.ts';
import { dailyRefusal, dayOf, outputOf } from '../../core/quota/daily-budget.ts';
import { outputSeconds } from '../../core/transcoding/output-seconds.ts';
import { TransientError } from '../../core/transient-error.ts';
import type { OutputBudget } from '../ports/uploads.ts';

export interface ReserveOutputPorts {
  readonly outputBudget: OutputBudget;
  readonly budgets: Pick<Budgets, 'outputMinutesPerDay'>;
}

/**
 * Reserves the output of a video in the day's budget of its owner, once however often it is inspected.
 *
 * @param now milliseconds since the epoch
 * @returns the reason why the video is not transcoded today; undefined where its output is reserved
 * @throws TransientError where the budget had room again after it had none
 */
export async function reserveOutput(
  { outputBudget, budgets }: ReserveOutputPorts,
  upload: { readonly uploadId: string; readonly owner: string },
  media: MediaFacts,
  now: number,
): Promise<GivenReason<'daily_output_exceeded'> | undefined> {
  const daily = outputOf(outputSeconds(media), budgets);
  // The first video of a day finds no item, so that no condition of the write can compare it.
  const never = dailyRefusal(undefined, daily, now);
  if (!never && (await outputBudget.reserve(upload, daily, now))) return undefined;
  if ((await outputBudget.reserved(upload.uploadId)) !== undefined) return undefined;
  const used = await outputBudget.used(upload.owner, dayOf(now));
  const refusal = dailyRefusal(used === undefined ? {} : { outputSeconds: used }, daily, now);
  if (refusal) return { code: refusal.code, detail: refusal.detail };
  throw new TransientError(`The day's budget of upload ${upload.uploadId} changes concurrently.`);
}
