import globalWindow from '../../../../../functions/adapters/lambda/global-window.ts';
import {
  EventStreamSerde,
  eventStreamSerdeProvider,
  resolveEventStreamSerdeConfig,
} from '../../../../../functions/adapters/lambda/no-event-streams.ts';
import { readFile } from '../../../../../functions/adapters/lambda/no-profiles.ts';
import { crc32 } from '../../../../../functions/adapters/lambda/no-zlib.ts';

describe('What stands in a bundle for parts of its dependencies', () => {
  it('answers every profile as a file that is not there', async () => {
    await expect(readFile('/root/.aws/config')).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('has no crc32 of Node’s, upon which the SDK takes its own', () => {
    expect(crc32).toBeUndefined();
  });

  it('leaves a client’s configuration as it is and refuses event streams by name', () => {
    const config = { region: 'us-east-1' };
    expect(resolveEventStreamSerdeConfig(config)).toBe(config);
    expect(eventStreamSerdeProvider()).toBeUndefined();
    expect(() => new EventStreamSerde()).toThrow(/event stream/);
  });

  it('is the global object where a browser’s window was asked for', () => {
    expect(globalWindow).toBe(globalThis);
  });
});
