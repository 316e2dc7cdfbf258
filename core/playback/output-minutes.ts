/** The metric of the minutes that published videos have in all of their renditions. */
export const OUTPUT_MINUTES = 'OutputMinutes';

/** MediaConvert bills an output for 10 seconds at least: https://aws.amazon.com/mediaconvert/pricing/ */
export const MIN_BILLED_SECONDS = 10;

/** Minutes of video output of one job, as MediaConvert bills them before it weighs them by size and frame rate. */
export function outputMinutes(durationSeconds: number, renditions: number): number {
  return (Math.max(MIN_BILLED_SECONDS, durationSeconds) / 60) * renditions;
}
