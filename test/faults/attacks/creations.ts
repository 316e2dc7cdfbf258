import { type AttackTarget, type Granted, grantIn } from './attack-target.ts';

/** One answer to a creation. */
export interface Created {
  readonly status: number;
  /** Of the problem, where it was refused. */
  readonly code: string | undefined;
  /** Absent where it was refused. */
  readonly granted?: Granted;
}

/** Asks for `count` uploads of `size` bytes each, `together` of them at once. */
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

/** What was granted of it. */
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
