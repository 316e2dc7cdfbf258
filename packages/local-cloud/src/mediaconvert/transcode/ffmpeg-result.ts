import { AVERROR_EAGAIN, AVERROR_EOF } from 'node-av/constants';
import { FFmpegError } from 'node-av/lib';

/** FFmpeg's return code, or an Error that says what was tried. */
export function expectDone(code: number, what: string): number {
  if (code < 0) throw new Error(`${what}: ${new FFmpegError(code).message}`);
  return code;
}

/** True when there is nothing more to take now (the codec or filter wants input, or has ended). */
export function isDry(code: number): boolean {
  return code === AVERROR_EAGAIN || code === AVERROR_EOF;
}

export function expectPresent<T>(value: T | null | undefined, what: string): T {
  if (value === null || value === undefined) throw new Error(`FFmpeg has no ${what}.`);
  return value;
}
