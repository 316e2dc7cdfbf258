import type { Engine } from '../engine.ts';
import type { ObjectRecord, Segment, StoredVersion } from '../store/objects.ts';
import type { Bucket } from '../store/settings.ts';
import type { Change } from '../store/store.ts';
import { type Actor, type CreationReason, objectCreated } from './events.ts';

export interface NewObject {
  readonly key: string;
  readonly size: number;
  readonly etag: string;
  readonly owner: string;
  readonly record: ObjectRecord;
  readonly segments: readonly Segment[];
}

/** Adds an object as the latest version of its key, within a change. */
export function writeVersion(
  engine: Engine,
  change: Change,
  bucket: Bucket,
  { segments, ...object }: NewObject,
  actor: Actor,
  reason: CreationReason,
): StoredVersion {
  const { objects } = engine.store;
  const versionId = prepareVersion(engine, change, bucket, object.key);
  const version = objects.add(
    {
      ...object,
      bucket: bucket.name,
      versionId,
      deleteMarker: false,
      modifiedAt: wholeSeconds(engine.clock.now()),
    },
    segments,
  );
  if (bucket.settings.eventBridge) {
    change.emit(objectCreated(engine, bucket, version, actor, reason));
  }
  return version;
}

/** The id of the next version. Without versioning it is `null`, and the version with that id is removed. */
export function prepareVersion(
  engine: Engine,
  change: Change,
  bucket: Bucket,
  key: string,
): string {
  if (bucket.settings.versioning === 'Enabled') return newVersionId(engine);
  const before = engine.store.objects.version(bucket.name, key, 'null');
  if (before) change.free(engine.store.objects.remove(before));
  return 'null';
}

/** 32 characters, as in S3. They say nothing about the order of versions. */
function newVersionId({ newId }: Engine): string {
  return newId().replaceAll('-', '').padEnd(32, '0').slice(0, 32);
}

/** Times in S3 have no fraction, so that a time read from a header is equal. */
export function wholeSeconds(instant: number): number {
  return Math.floor(instant / 1000) * 1000;
}

export function singleSegment(blob: string, size: number): Segment[] {
  return [{ partNumber: 1, start: 0, size, blob, checksum: undefined }];
}
