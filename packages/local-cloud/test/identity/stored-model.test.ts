import { DatabaseSync } from 'node:sqlite';
import { IDENTITY_SCHEMA, StoredModel } from '../../src/identity/stored-model.ts';
import { MovableClock } from '../../src/shared/clock.ts';

function storedModels() {
  const database = new DatabaseSync(':memory:');
  database.exec(IDENTITY_SCHEMA);
  const clock = new MovableClock();
  const ids = () =>
    database
      .prepare('SELECT id FROM models ORDER BY id')
      .all()
      .map(({ id }) => id);
  return { clock, ids, sessions: new StoredModel(database, clock, 'pool', 'Session') };
}

describe('A stored session', () => {
  it('is found by its id and its uid until it expires', async () => {
    const { clock, sessions } = storedModels();
    await sessions.upsert('s1', { uid: 'u1', accountId: 'a' }, 60);
    clock.advance(50_000);
    expect(await sessions.find('s1')).toEqual({ uid: 'u1', accountId: 'a' });
    expect(await sessions.findByUid('u1')).toEqual({ uid: 'u1', accountId: 'a' });
    clock.advance(10_000);
    expect(await sessions.find('s1')).toBeUndefined();
    expect(await sessions.findByUid('u1')).toBeUndefined();
  });

  it('lives longer when it is written again', async () => {
    const { clock, sessions } = storedModels();
    await sessions.upsert('s1', { accountId: 'a' }, 60);
    clock.advance(50_000);
    await sessions.upsert('s1', { accountId: 'a' }, 60);
    clock.advance(50_000);
    expect(await sessions.find('s1')).toEqual({ accountId: 'a' });
  });

  it('is deleted by the next write after it has expired, and only then', async () => {
    const { clock, ids, sessions } = storedModels();
    await sessions.upsert('short', { accountId: 'a' }, 60);
    await sessions.upsert('long', { accountId: 'a' }, 3600);
    await sessions.upsert('endless', { accountId: 'a' });
    clock.advance(61_000);
    expect(ids()).toEqual(['endless', 'long', 'short']);
    await sessions.upsert('new', { accountId: 'a' }, 60);
    expect(ids()).toEqual(['endless', 'long', 'new']);
  });

  it('without an expiry is always found', async () => {
    const { clock, sessions } = storedModels();
    await sessions.upsert('endless', { accountId: 'a' });
    clock.advance(365 * 86_400_000);
    expect(await sessions.find('endless')).toEqual({ accountId: 'a' });
  });
});
