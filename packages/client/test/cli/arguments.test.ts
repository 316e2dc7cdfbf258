import { readArguments, UsageError } from '../../src/cli/arguments.ts';

const environment = { REELGATE_API: 'https://api.example.com', REELGATE_TOKEN: 'abc' };
const read = (line: string, env: object = environment) => readArguments(line.split(' '), env);
const refusal = (line: string, env: object = environment): string => {
  try {
    read(line, env);
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  throw new Error(`${line} was taken.`);
};

describe('The arguments of upload', () => {
  it('are files, and what the environment says of where and who', () => {
    expect(read('upload a.mp4 b.mp4')).toEqual({
      kind: 'upload',
      files: ['a.mp4', 'b.mp4'],
      beginning: 'either',
      wait: true,
      atOnce: 2,
      concurrency: undefined,
      contentType: undefined,
      metadata: {},
      stateFolder: undefined,
      json: false,
      connection: { api: 'https://api.example.com/', token: { token: 'abc' } },
    });
  });

  it('go before the environment', () => {
    const command = read('upload a.mp4 --api http://127.0.0.1:4500 --token-command print-token');
    expect(command).toMatchObject({
      connection: { api: 'http://127.0.0.1:4500/', token: { command: 'print-token' } },
    });
  });

  it('take files behind -- whatever they are called', () => {
    expect(read('upload -- --help -h')).toMatchObject({ files: ['--help', '-h'] });
  });

  it('need no file to resume all that is unfinished', () => {
    expect(read('upload --resume')).toMatchObject({ files: [], beginning: 'resume' });
  });

  it('keep metadata, in which the value may hold an equals sign', () => {
    expect(read('upload a.mp4 --metadata title=a=b --metadata n=1')).toMatchObject({
      metadata: { title: 'a=b', n: '1' },
    });
  });

  it.each([
    ['upload', 'No file was named'],
    ['upload a.mp4 --resume --fresh', 'not both'],
    ['upload -', 'no known length'],
    ['upload a.mp4 --concurrency 0', 'whole number from 1 to 64; came "0"'],
    ['upload a.mp4 --at-once many', 'whole number from 1 to 16; came "many"'],
    ['upload a.mp4 --metadata title', 'KEY=VALUE; came "title"'],
    ['upload a.mp4 --colour', '--colour'],
    ['upload a.mp4 --token a --token-command b', 'not both'],
    ['upload a.mp4 --api ftp://example.com', 'https URL; came "ftp://example.com"'],
    ['upload a.mp4 --api http://example.com', 'https, or http on this machine only'],
    ['send a.mp4', 'no command "send"'],
    ['status', 'No upload was named'],
    ['list --limit -1', '--limit'],
  ])('are refused in plain words: %s', (line, words) => {
    expect(refusal(line)).toContain(words);
  });

  it('say what is missing where neither they nor the environment tell', () => {
    expect(refusal('upload a.mp4', {})).toContain('REELGATE_API');
    expect(refusal('list', { REELGATE_API: 'https://api.example.com' })).toContain(
      'REELGATE_TOKEN',
    );
  });
});

describe('Help and version', () => {
  it.each(['help', '--help', '-h', 'upload --help', 'list -h'])(
    'need neither API nor token: %s',
    (line) => {
      expect(read(line, {})).toEqual({ kind: 'help' });
    },
  );

  it('help comes without any argument too', () => {
    expect(readArguments([], {})).toEqual({ kind: 'help' });
    expect(readArguments(['--version'], {})).toEqual({ kind: 'version' });
  });
});
