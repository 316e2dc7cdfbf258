import { jobSettings } from '../../src/mediaconvert/settings/job-settings.ts';
import { refusal } from '../../src/mediaconvert/settings/refusal.ts';
import { settingsOf } from './job.ts';

export type Json = { [key: string]: Json } | Json[] | string | number | boolean;

function wire(value: unknown): Json {
  if (Array.isArray(value)) return value.map(wire);
  if (typeof value !== 'object' || value === null) return value as Json;
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  return Object.fromEntries(
    entries.map(([key, each]) => [
      key.includes(' ') ? key : key.charAt(0).toLowerCase() + key.slice(1),
      wire(each),
    ]),
  );
}

/** Settings that are accepted, as they are on the wire. */
export const good = () =>
  wire(
    settingsOf({
      input: 's3://the-inbox/video.mp4',
      to: 'one/',
      heights: [720, 360],
      audio: true,
      captures: { every: 5, most: 10 },
    }),
  );

/** Sets one value by its JSON path; undefined removes it. */
export function changed(path: string, value: unknown, base: Json = good()): Json {
  const settings = structuredClone(base);
  const keys = path.split('/').slice(1);
  const last = keys.pop() ?? '';
  let at = settings as Record<string, Json>;
  for (const key of keys) {
    at[key] ??= {};
    at = at[key] as Record<string, Json>;
  }
  if (value === undefined) delete at[last];
  else at[last] = value as Json;
  return settings;
}

/** The refusal of the settings; undefined if they are accepted. */
export function messageOf(settings: unknown): string | undefined {
  const parsed = jobSettings.safeParse(settings);
  if (parsed.success) return undefined;
  const error = refusal(parsed.error, settings);
  expect(error).toMatchObject({ code: 'BadRequestException', status: 400 });
  return error.message;
}

export const H264 = '/outputGroups/0/outputs/0/videoDescription/codecSettings';
