/** A time of WebVTT, `hh:mm:ss.ttt`, from seconds: https://www.w3.org/TR/webvtt1/#webvtt-timestamp */
export function cueTime(seconds: number): string {
  const ms = Math.round(seconds * 1_000);
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
  const rest = String(ms % 1_000).padStart(3, '0');
  return `${two(ms / 3_600_000)}:${two((ms / 60_000) % 60)}:${two((ms / 1_000) % 60)}.${rest}`;
}
