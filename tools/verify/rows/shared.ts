import type { Findings, VideoFinding, VideoWalk } from '../findings.ts';
import { asAssumed, differs, type Observation, unknown } from '../row.ts';

/** Why nothing more is known of a walk. */
export function cutShort(name: VideoWalk, { problem, upload }: VideoFinding): Observation {
  if (problem !== undefined) return unknown(`The ${name} upload could not be followed: ${problem}`);
  const why = upload?.reason
    ? ` (${upload.reason.code}${upload.reason.detail ? `: ${upload.reason.detail}` : ''})`
    : '';
  return unknown(
    `The ${name} upload did not get that far: it is ${upload?.status ?? 'unknown'}${why}.`,
  );
}

/** The row of a path of the product: the upload must have become ready. */
export function becomesReady(name: VideoWalk) {
  return ({ videos }: Findings): Observation => {
    const { upload, problem } = videos[name];
    if (problem !== undefined) return differs(problem);
    if (upload?.status === 'ready') {
      return asAssumed(`ready: ${upload.timeline.map(({ to }) => to).join(', ')}.`);
    }
    const reason = upload?.reason;
    return differs(
      `${upload?.status ?? 'no upload'}${reason ? `, ${reason.code} ${reason.detail ?? ''}` : ''}.`,
    );
  };
}
