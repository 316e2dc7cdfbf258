import { type AttackTarget, type Granted, grantIn } from './attack-target.ts';

/** One response to a creation. */
export interface Created {
  readonly status: number;
  /** The problem's code; absent if the request succeeded. */
  readonly code: string | undefined;
  /** Absent if the request was refused. */
  readonly granted?: Granted;
}

/** Creates `count` uploads of `size` bytes, `together` at a time. */
export async function creations(
  target: AttackTarget,
  username: string,
  size: number,
  count: number,
  together: number,
): Promise<Created[]> {
  const made: Created[] = [];
  let begun = 0;
  const worker = async () => {
    while (begun < count) {
      begun += 1;
      made.push(await create(target, username, size));
    }
  };
  await Promise.all(Array.from({ length: together }, worker));
  return made;
}

/** The creations that succeeded. */
export function grantsIn(made: readonly Created[]): Granted[] {
  return made.flatMap(({ granted }) => granted ?? []);
}

async function create(target: AttackTarget, username: string, size: number): Promise<Created> {
  const request = { fileName: 'film.mp4', contentType: 'video/mp4', size };
  const { status, body } = await target.ask(username, 'POST', '/v1/uploads', request);
  const { code } = body as { code?: string };
  if (status !== 201) return { status, code };
  return { status, code, granted: grantIn(body, target.cloud.hosted.sourceBucket) };
}
