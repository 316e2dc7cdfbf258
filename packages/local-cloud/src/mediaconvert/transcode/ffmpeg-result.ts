import { AVERROR_EAGAIN, AVERROR_EOF } from 'node-av/constants';
import { FFmpegError } from 'node-av/lib';

/** Returns FFmpeg's return code. Throws an Error with the name of the action for a negative one. */
export function expectDone(code: number, what: string): number {
  if (code < 0) throw new Error(`${what}: ${new FFmpegError(code).message}`);
  return code;
}

/** Whether there is no output now: the codec or filter needs input, or has ended. */
export function isDry(code: number): boolean {
  return code === AVERROR_EAGAIN || code === AVERROR_EOF;
}

export function expectPresent<T>(value: T | null | undefined, what: string): T {
  if (value === null || value === undefined) throw new Error(`FFmpeg has no ${what}.`);
  return value;
}
