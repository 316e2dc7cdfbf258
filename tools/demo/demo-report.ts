import type { Upload } from '../../core/contract/upload.ts';
import type { DemoResult } from './demo-result.ts';
import type { DemoReport } from './run-demo.ts';

/** Shows a person what the demo does; on a terminal the progress of the upload stays in one line. */
export function demoReport(
  out: NodeJS.WriteStream,
): DemoReport & { summary(result: DemoResult): void } {
  const say = (line: string) => out.write(`${line}\n`);
  let shown = 0;
  let isUploadShown = false;
  return {
    say,
    progress(sent, total) {
      // The client reports the last byte again with each later state.
      if (isUploadShown) return;
      isUploadShown = sent === total;
      const line = `Uploading: ${percent(sent, total)} (${megabytes(sent)} of ${megabytes(total)})`;
      if (out.isTTY) out.write(`\r\u001b[K${line}${sent === total ? '\n' : ''}`);
      else if (sent === total) say(line);
    },
    changed(upload) {
      for (const line of timelineLines(upload).slice(shown)) say(line);
      shown = upload.timeline.length;
    },
    summary(result) {
      say('');
      for (const line of summaryLines(result)) say(line);
    },
  };
}

/** One line for each change of status, with the duration of the status before. */
function timelineLines({ timeline }: Upload): string[] {
  return timeline.map((entry, index) => {
    const before = timeline[index - 1];
    const took = before ? `+${Date.parse(entry.at) - Date.parse(before.at)} ms` : '';
    return `  ${entry.at.slice(11, 23)}  ${entry.to.padEnd(12)} ${took}`.trimEnd();
  });
}

function summaryLines(result: DemoResult): string[] {
  const { status, reason, source, timings, renditions = [], manifests } = result;
  const lines = [`${status.toUpperCase()} after ${seconds(timings.totalMs)}`];
  if (reason) {
    lines.push(`  reason      ${reason.code}: ${reason.sentence}`);
    if (reason.detail) lines.push(`              ${reason.detail}`);
    if (reason.next) lines.push(`  what next   ${reason.next}`);
  }
  lines.push(`  source      ${sourceLine(source)}`);
  if (result.parts)
    lines.push(`  parts       ${result.parts}, sent in ${seconds(timings.uploadMs)}`);
  if (result.inspect) {
    const { reads, bytes, ms } = result.inspect;
    lines.push(
      `  inspection  ${reads} ranged read${reads === 1 ? '' : 's'}, ${kilobytes(bytes)}, ${ms} ms`,
    );
  }
  if (timings.completeToCreateJobMs !== undefined) {
    lines.push(`  workflow    ${timings.completeToCreateJobMs} ms from complete to CreateJob`);
  }
  if (result.transitions) {
    lines.push(
      `              ${result.transitions} transitions, ${result.lambdaInvocations} Lambda invocations`,
    );
  }
  for (const { width, height, codecs, bandwidth } of renditions) {
    const mbit = (bandwidth / 1_000_000).toFixed(1);
    lines.push(
      `  rendition   ${`${width}x${height}`.padEnd(10)} ${mbit.padStart(5)} Mbit/s  ${codecs}`,
    );
  }
  if (manifests) lines.push(`  play        ${manifests.hls}`, `              ${manifests.dash}`);
  if (result.poster) lines.push(`  poster      ${result.poster}`);
  return lines;
}

function sourceLine(source: DemoResult['source']): string {
  const { size, container, width, height, duration, videoCodec, audioCodec } = source;
  const facts = [megabytes(size)];
  if (container) facts.push(container);
  if (width) facts.push(`${width}x${height}`);
  if (duration) facts.push(`${duration.toFixed(1)} s`);
  if (videoCodec)
    facts.push(audioCodec ? `${videoCodec} + ${audioCodec}` : `${videoCodec}, no sound`);
  return facts.join(', ');
}

function percent(part: number, total: number): string {
  return `${total === 0 ? 100 : Math.floor((100 * part) / total)} %`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1_000).toFixed(0)} KB`;
}

function seconds(ms = 0): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
