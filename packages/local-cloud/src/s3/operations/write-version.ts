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

/** Makes an object the latest version of its key, within a change. */
export function writeVersion(
  engine: Engine,
  change: Change,
  bucket: Bucket,
  { segments, ...object }: NewObject,
  actor: Actor,
  reason: CreationReason,
): StoredVersion {
  const { objects } = engine.store;
  const versionId = makeRoom(engine, change, bucket, object.key);
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
    change.tell(objectCreated(engine, bucket, version, actor, reason));
  }
  return version;
}

/** The id of the version to come; without versioning it is `null`, and takes the place of the one before. */
export function makeRoom(engine: Engine, change: Change, bucket: Bucket, key: string): string {
  if (bucket.settings.versioning === 'Enabled') return newVersionId(engine);
  const before = engine.store.objects.version(bucket.name, key, 'null');
  if (before) change.free(engine.store.objects.remove(before));
  return 'null';
}

/** 32 characters, as S3's own; they tell nothing of their order. */
function newVersionId({ newId }: Engine): string {
  return newId().replaceAll('-', '').padEnd(32, '0').slice(0, 32);
}

/** S3's times have no fraction, so that a time read back in a header is equal. */
export function wholeSeconds(instant: number): number {
  return Math.floor(instant / 1000) * 1000;
}

export function singleSegment(blob: string, size: number): Segment[] {
  return [{ partNumber: 1, start: 0, size, blob, checksum: undefined }];
}
