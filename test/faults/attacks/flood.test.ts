import { row } from '../rows.ts';
import { type AttackTarget, attackTarget } from './attack-target.ts';
import { holdings, tally } from './state-texts.ts';

/** The deployment's own limits: a smaller one would hide what a user notices. */
let target: AttackTarget;

beforeAll(async () => {
  target = await attackTarget();
});

afterAll(() => target?.close());

const FLOOD = 330;
const film = { fileName: 'film.mp4', contentType: 'video/mp4', size: 1 };

/** What a signed-in user does while others flood the API. */
async function signedIn(): Promise<number[]> {
  const created = await target.ask('uploader-a', 'POST', '/v1/uploads', film);
  const { id } = (created.body as { upload: { id: string } }).upload;
  const read = await target.ask('uploader-a', 'GET', `/v1/uploads/${id}`);
  const list = await target.ask('uploader-a', 'GET', '/v1/uploads');
  const cancelled = await target.ask('uploader-a', 'DELETE', `/v1/uploads/${id}`);
  return [created, read, list, cancelled].map(({ status }) => status);
}

const NOT_NOTICED = [201, 200, 200, 200];

describe(`${FLOOD} requests in a second`, () => {
  it.each([
    ['no token', undefined],
    ['a token that is none', 'a.b.c'],
  ])('with %s are refused, and a signed-in user does not notice', async (_, token) => {
    const flood = Array.from({ length: FLOOD }, (_, index) =>
      index % 2 === 0
        ? target.ask({ token }, 'POST', '/v1/uploads', film)
        : target.ask({ token }, 'GET', '/v1/uploads'),
    );
    const [noticed, refused] = await Promise.all([signedIn(), Promise.all(flood)]);
    expect(noticed).toEqual(NOT_NOTICED);
    expect(new Set(refused.map(({ status }) => status))).toEqual(new Set([401]));
    row(tally(refused.map(({ status }) => `${status}`)), await holdings(target, 'uploader-a'));
  });

  it('with unknown capabilities reach the limit of their route alone, and a signed-in user does not notice', async () => {
    const path = (index: number) =>
      `/companion/${`${index}`.padStart(43, 'A')}/s3/params?filename=f&type=video/mp4`;
    const flood = Array.from({ length: FLOOD }, (_, index) =>
      target.ask({ token: undefined }, 'GET', path(index)),
    );
    const [noticed, refused] = await Promise.all([signedIn(), Promise.all(flood)]);
    expect(noticed).toEqual(NOT_NOTICED);
    const statuses = refused.map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([401, 429]));
    row(tally(statuses.map(String)), await holdings(target, 'uploader-a'));
  });
});
