import { createHandler } from '../../../../functions/create-companion-session.ts';
import { minutesAgo } from '../../../kit/ports/upload-fixture.ts';
import { handlerWorld, invoke } from './invoke.ts';

it('POST /v1/companion-sessions returns a path that acts for the caller for its lifetime', async () => {
  const { ports, runtime } = handlerWorld();
  const { status, body } = await invoke(createHandler(ports, runtime), { path: {} });
  expect(status).toBe(201);
  const [, capability = ''] = /^\/companion\/([\w-]{43})$/.exec(body.path) ?? [];
  expect(body.expiresAt).toBe(`${minutesAgo(-60).slice(0, 19)}.000Z`);
  const end = Date.parse(body.expiresAt);
  const found = await ports.capabilities.find(capability, end - 1);
  expect(found).toMatchObject({ owner: 'YQ', subject: 'a' });
  expect(await ports.capabilities.find(capability, end)).toBeUndefined();
});
