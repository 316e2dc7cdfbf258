/**
 * Engines that can be used alone, without an assembly. `startS3` is an S3 on a port; the others are parts for
 * tests and measurements, which pass in the surroundings of the engine.
 */
export { createDynamoDb } from './dynamodb/dynamodb.ts';
export { compilePattern as compileEventPattern } from './events/event-pattern.ts';
export { createEvents } from './events/events.ts';
export { type TranscodeOnceOptions, transcodeOnce } from './mediaconvert/transcode-once.ts';
export { type LocalS3, type LocalS3Options, startS3 } from './s3/start-s3.ts';
export { allowEverySignedCaller } from './shared/caller.ts';
export { systemClock } from './shared/clock.ts';
