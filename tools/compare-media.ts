import { explainError } from './cloud/explain-error.ts';
import { HELP, parseArguments } from './compare-media/arguments.ts';
import { compareFacts } from './compare-media/comparison.ts';
import { ffmpegReader } from './compare-media/ffmpeg-reader.ts';
import { mediaFiles } from './compare-media/media-files.ts';
import { type ComparedFile, GOAL, reportLines, shareOf } from './compare-media/report.ts';
import { inspectFile } from './inspect/inspect-file.ts';

/** `npm run --silent compare-media -- PATH…`: the pipeline's inspector beside FFmpeg. */
const parsed = parseArguments(process.argv.slice(2));
if ('help' in parsed) {
  console.log(HELP);
} else if ('problem' in parsed) {
  console.error(`${parsed.problem}\n\n${HELP}`);
  process.exitCode = 2;
} else {
  const ffmpeg = ffmpegReader();
  try {
    const files = (await Promise.all(parsed.paths.map(mediaFiles))).flat();
    const compared: ComparedFile[] = [];
    for (const file of files) {
      const [ours, theirs] = await Promise.all([inspectFile(file), ffmpeg.read(file)]);
      const result = { file, ...compareFacts(ours, theirs) };
      compared.push(result);
      if (parsed.json) console.log(JSON.stringify(result));
    }
    if (!parsed.json) for (const line of reportLines(compared)) console.log(line);
    if (shareOf(compared) < GOAL) process.exitCode = 1;
  } catch (error) {
    console.error(`The files cannot be compared: ${explainError(error)}`);
    process.exitCode = 1;
  } finally {
    ffmpeg.close();
  }
}
