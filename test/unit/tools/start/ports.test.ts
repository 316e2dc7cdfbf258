import { createServer, type Server } from 'node:net';
import { UsageError } from '../../../../tools/cloud/run-command.ts';
import { checkPorts, readPorts } from '../../../../tools/start/ports.ts';

describe('readPorts', () => {
  it('counts from 4500 by default', () => {
    expect(readPorts({}, {})).toEqual({ api: 4500, s3: 4501, services: 4502, identity: 4503 });
  });

  it('counts from the base port', () => {
    const expected = { api: 4600, s3: 4601, services: 4602, identity: 4603 };
    expect(readPorts({ 'port-base': '4600' }, {})).toEqual(expected);
    expect(readPorts({}, { REELGATE_PORT_BASE: '4600' })).toEqual(expected);
  });

  it('takes a flag before its environment variable, and both before the base port', () => {
    const environment = { REELGATE_PORT_BASE: '5000', REELGATE_PORT_API: '6000' };
    expect(readPorts({}, environment)).toMatchObject({ api: 6000, s3: 5001 });
    expect(readPorts({ 'port-api': '7000' }, environment)).toMatchObject({ api: 7000, s3: 5001 });
  });

  it('ignores an empty environment variable, but not an empty flag', () => {
    expect(readPorts({}, { REELGATE_PORT_API: '' }).api).toBe(4500);
    expect(() => readPorts({ 'port-api': '' }, {})).toThrow(UsageError);
  });

  it('lets several listeners take any free port', () => {
    expect(readPorts({ 'port-api': '0', 'port-s3': '0' }, {})).toMatchObject({ api: 0, s3: 0 });
  });

  it.each([
    [{ 'port-api': '65536' }, {}, '--port-api is "65536"; expected a port from 0 to 65535.'],
    [{ 'port-s3': '80a' }, {}, '--port-s3 is "80a"; expected a port from 0 to 65535.'],
    [{ 'port-base': '65533' }, {}, '--port-base is "65533"; expected a port from 1 to 65532.'],
    [{}, { REELGATE_PORT_IDENTITY: '-1' }, 'REELGATE_PORT_IDENTITY is "-1"; expected a port'],
    [{ 'port-api': '4501' }, {}, '--port-api and --port-s3 are both 4501.'],
  ])('rejects %j %j', (flags, environment, message) => {
    expect(() => readPorts(flags, environment)).toThrow(message);
  });
});

describe('checkPorts', () => {
  let server: Server;
  let taken: number;
  beforeEach(async () => {
    server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    taken = (server.address() as { port: number }).port;
  });
  afterEach(() => server.close());

  it('accepts free ports and leaves them free', async () => {
    const free = { api: 0, s3: 0, services: 0, identity: 0 };
    await expect(checkPorts(free)).resolves.toBeUndefined();
  });

  it('names every taken port with its settings', async () => {
    const ports = { api: taken, s3: 0, services: 0, identity: taken };
    await expect(checkPorts(ports)).rejects.toThrow(
      [
        `Port ${taken} (API) is in use by another program. Another one: --port-api N or REELGATE_PORT_API=N.`,
        `Port ${taken} (identity provider) is in use by another program. Another one: --port-identity N or REELGATE_PORT_IDENTITY=N.`,
        'All four at once: npm start -- --port-base N, or REELGATE_PORT_BASE=N.',
      ].join('\n'),
    );
  });
});
