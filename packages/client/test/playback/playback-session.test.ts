import { type PlaybackUrls, playbackSession } from '../../src/playback/playback-session.ts';
import { fakeClock } from '../fake-clock.ts';

const VIDEO = '01a22d78-f021-755e-b914-cd5bd058302c';
const LIFE_MS = 9_000_000;
const urlOf = (token: string, file = 'index.m3u8') =>
  `https://media.example.com/v/${token}/${VIDEO}/${file}`;

/** A session whose tokens are named t1, t2 … */
function fixture() {
  const clock = fakeClock();
  const state = { loads: 0, fails: false };
  const load = async (): Promise<PlaybackUrls> => {
    state.loads += 1;
    if (state.fails) throw new Error('no network');
    const token = `t${state.loads}`;
    return {
      hls: urlOf(token),
      dash: urlOf(token, 'index.mpd'),
      poster: urlOf(token, 'poster.jpg'),
      storyboard: urlOf(token, 'storyboard.vtt'),
      expiresAt: new Date(clock.now() + LIFE_MS).toISOString(),
    };
  };
  return { clock, state, session: playbackSession(load, { clock }) };
}

describe('The addresses of a video', () => {
  it('are requested once for requests at the same time', async () => {
    const { session, state } = fixture();
    const [one, two] = await Promise.all([session.fresh(), session.fresh()]);
    expect([one.hls, two.hls, state.loads]).toEqual([urlOf('t1'), urlOf('t1'), 1]);
  });

  it('are renewed by a timer after two thirds of their life', async () => {
    const { session, state, clock } = fixture();
    await session.fresh();
    await clock.pass((LIFE_MS * 2) / 3 - 1);
    expect(state.loads).toBe(1);
    await clock.pass(1);
    expect(session.urls?.hls).toBe(urlOf('t2'));
  });

  it('are renewed before the next request after a sleep in which no timer ran', async () => {
    const { session, clock } = fixture();
    await session.fresh();
    clock.sleep(LIFE_MS * 2);
    expect((await session.fresh()).hls).toBe(urlOf('t2'));
  });

  it('are renewed once after a request was refused, however many were under way', async () => {
    const { session, state } = fixture();
    await session.fresh();
    expect([1, 2, 3].map(() => session.refused(urlOf('t1', 'a.m4s')))).toEqual([true, true, true]);
    await Promise.all([session.fresh(), session.fresh()]);
    expect(session.refused(urlOf('t1', 'b.m4s'))).toBe(true);
    await session.fresh();
    expect(state.loads).toBe(2);
  });

  it('are given up when the token that replaced a refused one is refused, too', async () => {
    const { session, state } = fixture();
    await session.fresh();
    session.refused(urlOf('t1'));
    await session.fresh();
    expect(session.refused(urlOf('t2'))).toBe(false);
    await session.fresh();
    expect(state.loads).toBe(2);
  });

  it('replace the token of an old address of the same video, and of no other', async () => {
    const { session } = fixture();
    await session.fresh();
    session.refused(urlOf('t1'));
    await session.fresh();
    expect(session.rewrite(urlOf('t1', 'video/1.m4s?x=1'))).toBe(urlOf('t2', 'video/1.m4s?x=1'));
    for (const other of [
      'https://other.example/v/t1/a/b',
      `https://other.example/v/t1/${VIDEO}/a`,
      'https://media.example.com/v/t1/another-video/a',
      'data:text/plain,x',
    ]) {
      expect(session.rewrite(other)).toBe(other);
    }
  });

  it('stay while a renewal fails, and are renewed as soon as that is possible', async () => {
    const { session, state, clock } = fixture();
    await session.fresh();
    state.fails = true;
    await clock.pass((LIFE_MS * 2) / 3 + 30_000);
    expect(session.urls?.hls).toBe(urlOf('t1'));
    await expect(session.fresh()).rejects.toThrow('no network');
    state.fails = false;
    await clock.pass(10_000);
    expect(session.urls?.hls).not.toBe(urlOf('t1'));
  });

  it('are reported after each renewal, but not the first time', async () => {
    const { session, clock } = fixture();
    const seen: string[] = [];
    const stop = session.onRenewed(({ hls }) => seen.push(hls));
    await session.fresh();
    await clock.pass(LIFE_MS);
    stop();
    await clock.pass(LIFE_MS);
    expect(seen).toEqual([urlOf('t2')]);
  });

  it('are no longer renewed by a timer once the session is closed', async () => {
    const { session, state, clock } = fixture();
    await session.fresh();
    session.close();
    await clock.pass(LIFE_MS * 3);
    expect([state.loads, clock.waiting]).toEqual([1, 0]);
  });
});
