import globalWindow from '../../../../../functions/adapters/lambda/global-window.ts';
import {
  EventStreamSerde,
  eventStreamSerdeProvider,
  resolveEventStreamSerdeConfig,
} from '../../../../../functions/adapters/lambda/no-event-streams.ts';
import { readFile } from '../../../../../functions/adapters/lambda/no-profiles.ts';
import { crc32 } from '../../../../../functions/adapters/lambda/no-zlib.ts';

describe('A replacement of a dependency in bundles', () => {
  it('reports every profile as a missing file', async () => {
    await expect(readFile('/root/.aws/config')).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('has no crc32 of Node, so that the SDK uses its own', () => {
    expect(crc32).toBeUndefined();
  });

  it('leaves a client’s configuration unchanged and refuses event streams', () => {
    const config = { region: 'us-east-1' };
    expect(resolveEventStreamSerdeConfig(config)).toBe(config);
    expect(eventStreamSerdeProvider()).toBeUndefined();
    expect(() => new EventStreamSerde()).toThrow(/event stream/);
  });

  it('is the global object in place of a browser’s window', () => {
    expect(globalWindow).toBe(globalThis);
  });
});
