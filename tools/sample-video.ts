import { existsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { AV_LOG_ERROR } from 'node-av/constants';
import { Log } from 'node-av/lib';
import { runCommand, UsageError } from './cloud/run-command.ts';
import { stepsOn } from './cloud/steps.ts';
import { makeSampleVideo } from './sample-video/make-sample-video.ts';

const USAGE = `Usage: npm run sample-video -- OUT.mp4 [--seconds N] [--width N] [--height N] [--megabytes N]

Writes a video with sound: H.264 and AAC in an MP4 file, 20 s of 1280x720 and at least 24 MB (10⁶ bytes each)
unless options say otherwise. An existing file is overwritten.`;

await runCommand(USAGE, async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      seconds: { type: 'string' },
      width: { type: 'string' },
      height: { type: 'string' },
      megabytes: { type: 'string' },
    },
  });
  const [out, ...more] = positionals;
  if (out === undefined || more.length > 0) throw new UsageError('Expected one file to write.');
  if (!out.endsWith('.mp4')) throw new UsageError(`The file is "${out}"; expected a name in .mp4.`);
  const path = resolve(out);
  if (!existsSync(dirname(path))) throw new Error(`There is no folder ${dirname(path)}.`);
  if (existsSync(path) && !statSync(path).isFile()) throw new Error(`${path} is not a file.`);
  const sample = {
    out: path,
    ...quantity('seconds', values.seconds, { min: 1, max: 3_600, whole: true }),
    ...quantity('width', values.width, { min: 16, max: 7_680, even: true }),
    ...quantity('height', values.height, { min: 16, max: 4_320, even: true }),
    ...quantity('megabytes', values.megabytes, { min: 0.01, max: 100_000 }),
  };
  Log.setLevel(AV_LOG_ERROR);
  const { step } = stepsOn(process.stdout);
  const { bytes } = await step('Making a sample video', () => makeSampleVideo(sample));
  console.log(`Wrote ${out}: ${(bytes / 1_000_000).toFixed(1)} MB.`);
  return 0;
});

function quantity<Name extends string>(
  name: Name,
  text: string | undefined,
  { min, max, whole, even }: { min: number; max: number; whole?: boolean; even?: boolean },
): { readonly [key in Name]?: number } {
  if (text === undefined) return {};
  const value = text.trim() === '' ? Number.NaN : Number(text);
  const fits = value >= min && value <= max && (!whole || Number.isInteger(value));
  if (fits && (!even || value % 2 === 0)) return { [name]: value } as { [key in Name]: number };
  const kind = even ? 'an even number' : whole ? 'a whole number' : 'a number';
  throw new UsageError(`--${name} is "${text}"; expected ${kind} from ${min} to ${max}.`);
}
