import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigurationError, readConfiguration } from '../../lib/configuration.ts';

describe('the configuration', () => {
  it('has a default for every field', () => {
    expect(readConfiguration(undefined)).toEqual(readConfiguration({}));
    expect(readConfiguration({})).toMatchObject({
      name: 'reelgate',
      retainData: true,
      upload: { review: false, size: { maximumBytes: 50_000_000_000 } },
    });
  });

  it('keeps the given values and uses defaults for the others', () => {
    const configuration = readConfiguration({ upload: { size: { maximumBytes: 1_000 } } });
    expect(configuration.upload.size).toEqual({ minimumBytes: 1, maximumBytes: 1_000 });
  });

  it('accepts JSON text, as `cdk -c` passes it', () => {
    expect(readConfiguration('{"name":"trial"}').name).toBe('trial');
    expect(() => readConfiguration('{name}')).toThrow(/must be JSON; received \{name\}/);
  });

  it('is read from a file, if one is given, instead of the context', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'reelgate-')), 'configuration.json');
    writeFileSync(file, '{"name":"from-file"}');
    expect(readConfiguration({ name: 'from-context' }, file).name).toBe('from-file');
  });

  it.each([
    [{ allowedOrigin: ['https://a.example'] }, /unknown 'allowedOrigin'/],
    [{ allowedOrigins: ['a.example/path'] }, /allowedOrigins\.0: .*a\.example\/path/],
    [{ name: 'With Space' }, /name: .*With Space/],
    [{ upload: { size: { maximumBytes: 0 } } }, /upload\.size\.maximumBytes: .*>=1; received 0/],
    [{ upload: { containers: ['ogg'] } }, /upload\.containers\.0: .*"mp4".*received "ogg"/],
    [
      { identity: { foreign: { issuer: 'http://plain.example', audience: ['app'] } } },
      /identity\.foreign\.issuer: .*http:\/\/plain\.example/,
    ],
    [
      { identity: { own: { callbackUrls: ['http://app.example.com/'] } } },
      /callbackUrls\.0: must start with https.*http:\/\/app\.example\.com/,
    ],
    [{ alarmEmail: 'operators' }, /alarmEmail: Invalid email.*received "operators"/],
    [
      {
        alarmEmail: 'operators@example.com',
        alarmTopicArn: 'arn:aws:sns:eu-west-1:111122223333:alarms',
      },
      /alarmEmail: must not be set beside alarmTopicArn/,
    ],
    [{ monthlyBudget: 50 }, /monthlyBudget: needs alarmEmail or alarmTopicArn/],
    [{ costAlarms: { outputMinutesPerDay: -1 } }, /costAlarms\.outputMinutesPerDay: .*received -1/],
    [{ logRetentionDays: 31 }, /logRetentionDays: .*30\|60.*received 31/],
    [{ retainData: 'yes' }, /retainData: .*boolean.*received "yes"/],
  ])('rejects %j and reports the expected and the received value', (given, message) => {
    expect(() => readConfiguration(given)).toThrow(ConfigurationError);
    expect(() => readConfiguration(given)).toThrow(message);
  });

  it('reports the file that cannot be read', () => {
    expect(() => readConfiguration({}, '/nowhere/at-all.json')).toThrow(
      /configuration file \/nowhere\/at-all\.json cannot be read: ENOENT/,
    );
  });

  it('reports all invalid fields at once', () => {
    expect(() => readConfiguration({ name: '', retainData: 1 })).toThrow(
      /name: [\s\S]*retainData: /,
    );
  });
});
