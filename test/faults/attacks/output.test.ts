import { formats, sampleFile } from '../../kit/media/sample-files.ts';
import { UNLIMITED_REQUESTS } from '../../kit/unlimited-requests.ts';
import { row } from '../rows.ts';
import { type AttackTarget, attackTarget } from './attack-target.ts';
import { tally } from './state-texts.ts';

const FILES = 25;
const HOURS = 12;
/** A picture every five minutes. */
const FRAME_RATE = 0.0035;

/** A small file that claims to be a long video in 4K. */
const longVideo = (hours: number) =>
  sampleFile({
    format: formats.mp4(),
    seconds: hours * 3_600,
    frameRate: FRAME_RATE,
    width: 3_840,
    height: 2_160,
    pictureBytes: 1_500,
  });

/** How the uploads of these files end, and how many jobs they had. */
async function endsOf(target: AttackTarget, files: readonly Uint8Array[]) {
  const ends = [];
  for (const file of files) ends.push(await target.through(file));
  return ends;
}

const summary = (ends: Awaited<ReturnType<typeof endsOf>>) =>
  tally(ends.map(({ status, reason }) => `${status} ${reason?.code ?? ''}`.trim()));

describe('Small files that claim to be twelve hours of 4K', () => {
  let target: AttackTarget;

  afterEach(() => target?.close());

  it(`are rejected, ${FILES} of them, and nothing is transcoded`, async () => {
    target = await attackTarget();
    const file = await longVideo(HOURS);
    expect(file.length).toBeLessThan(400_000);
    const ends = await endsOf(
      target,
      Array.from({ length: FILES }, () => file),
    );
    expect(new Set(ends.map(({ reason }) => reason?.code))).toEqual(
      new Set(['frame_rate_too_low']),
    );
    row(summary(ends), `${await target.jobs()} jobs`);
  });

  it('are bounded by the output of a day where the policy allows slow videos', async () => {
    const slow = { minimumFrameRate: 0, minimumBytesPerSecond: 0 };
    target = await attackTarget({
      upload: { picture: slow },
      budgets: { ...UNLIMITED_REQUESTS.budgets, outputMinutesPerDay: 3_000 },
    });
    const file = await longVideo(HOURS);
    const ends = await endsOf(target, [file, file, file]);
    // Twelve hours in six renditions are 4,320 minutes: none of them fits into the day.
    expect(ends.map(({ status, reason }) => [status, reason?.code])).toEqual(
      Array.from({ length: 3 }, () => ['failed', 'daily_output_exceeded']),
    );
    expect(await target.jobs()).toBe(0);
    const [first] = ends;
    const retry = await target.ask('uploader-a', 'POST', `/v1/uploads/${first?.id}/retry`);
    expect(retry).toMatchObject({ status: 429, body: { code: 'daily_output_exceeded' } });
    expect(Number(retry.headers.get('retry-after'))).toBeGreaterThan(0);
    row(summary(ends), `${await target.jobs()} jobs`);
  });
});
