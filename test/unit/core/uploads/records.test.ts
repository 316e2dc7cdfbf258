import fc from 'fast-check';
import {
  capabilityItemKey,
  idempotencyItemKey,
  quotaItemKey,
  STATUS_SHARDS,
  shardOf,
  statusShard,
  uploadIdOfKey,
  uploadItemKey,
} from '../../../../core/uploads/records.ts';
import { uploadIdFrom } from '../../../../core/uploads/upload-id.ts';
import { UPLOAD_ID } from '../../../kit/ports/upload-fixture.ts';

const text = fc.stringMatching(/^[\w-]{1,40}$/);

describe('The keys of the table', () => {
  // The state machine builds the same keys, and deployed tables contain them: docs/reference/table.md.
  it.each([
    ['an upload', uploadItemKey('u'), { pk: 'UPLOAD#u', sk: 'UPLOAD' }],
    ['the quota of an owner', quotaItemKey('o'), { pk: 'OWNER#o', sk: 'QUOTA' }],
    ['an idempotency key', idempotencyItemKey('o', 'k'), { pk: 'OWNER#o', sk: 'IDEMPOTENCY#k' }],
    ['a capability', capabilityItemKey('h'), { pk: 'CAPABILITY#h', sk: 'CAPABILITY' }],
  ])('are the documented ones for %s', (_, key, documented) => {
    expect(key).toEqual(documented);
  });

  it('contain the id of an upload', () => {
    fc.assert(
      fc.property(text, (id) => {
        expect(uploadIdOfKey(uploadItemKey(id).pk)).toBe(id);
      }),
    );
  });

  it('differ for different idempotency keys and owners', () => {
    fc.assert(
      fc.property(text, text, text, text, (owner, key, otherOwner, otherKey) => {
        const same = owner === otherOwner && key === otherKey;
        const [one, other] = [
          idempotencyItemKey(owner, key),
          idempotencyItemKey(otherOwner, otherKey),
        ];
        expect(one.pk === other.pk && one.sk === other.sk).toBe(same);
      }),
    );
  });
});

describe('The status index', () => {
  it('has a shard for every upload id', () => {
    const ids = fc.tuple(fc.nat(), fc.uint8Array({ minLength: 10, maxLength: 10 }));
    fc.assert(
      fc.property(ids, ([time, random]) => {
        expect(STATUS_SHARDS).toContain(shardOf(uploadIdFrom(time, random)));
      }),
    );
  });

  it('has the partition and the shard in its key', () => {
    expect(shardOf(UPLOAD_ID)).toBe('b');
    expect(statusShard('waiting', 'b')).toBe('waiting#b');
  });
});
