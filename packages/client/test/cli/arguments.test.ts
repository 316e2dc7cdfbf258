import { readArguments } from '../../src/cli/arguments.ts';
import { UsageError } from '../../src/cli/command.ts';

const environment = { REELGATE_API: 'https://api.example.com', REELGATE_TOKEN: 'abc' };
const read = (line: string, env: object = environment) => readArguments(line.split(' '), env);
const usageError = (line: string, env: object = environment): string => {
  try {
    read(line, env);
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  throw new Error(`${line} was accepted.`);
};

describe('The arguments of upload', () => {
  it('are files; the API and the token come from the environment', () => {
    expect(read('upload a.mp4 b.mp4')).toEqual({
      kind: 'upload',
      files: ['a.mp4', 'b.mp4'],
      start: 'either',
      wait: true,
      filesAtOnce: 2,
      concurrency: undefined,
      contentType: undefined,
      metadata: {},
      stateFolder: undefined,
      json: false,
      connection: { api: 'https://api.example.com/', token: { token: 'abc' } },
    });
  });

  it('take precedence over the environment', () => {
    const command = read('upload a.mp4 --api http://127.0.0.1:4500 --token-command print-token');
    expect(command).toMatchObject({
      connection: { api: 'http://127.0.0.1:4500/', token: { command: 'print-token' } },
    });
  });

  it('after -- are files, whatever they are called', () => {
    expect(read('upload -- --help -h')).toMatchObject({ files: ['--help', '-h'] });
  });

  it('need no file to resume every unfinished upload', () => {
    expect(read('upload --resume')).toMatchObject({ files: [], start: 'resume' });
  });

  it('contain metadata, whose value may contain an equals sign', () => {
    expect(read('upload a.mp4 --metadata title=a=b --metadata n=1')).toMatchObject({
      metadata: { title: 'a=b', n: '1' },
    });
  });

  it.each([
    '--api http://127.0.0.1:4500 --json upload a.mp4',
    '--json --api=http://127.0.0.1:4500 upload a.mp4',
    'upload --api http://127.0.0.1:4500 a.mp4 --json',
  ])('may come before and after the command: %s', (line) => {
    expect(read(line)).toMatchObject({
      kind: 'upload',
      files: ['a.mp4'],
      json: true,
      connection: { api: 'http://127.0.0.1:4500/' },
    });
  });

  it('of other commands may come before them too', () => {
    expect(read('--limit 5 --status ready list')).toMatchObject({ kind: 'list', limit: 5 });
    expect(read('--token abc status 1')).toMatchObject({ kind: 'status', ids: ['1'] });
    expect(read('--json cancel 1')).toMatchObject({ kind: 'cancel', ids: ['1'], json: true });
    expect(read('retry 1 2')).toMatchObject({ kind: 'retry', ids: ['1', '2'], json: false });
  });

  it.each([
    ['--json', 'The command is missing'],
    ['--colour upload a.mp4', '--colour'],
    ['upload', 'The file is missing'],
    ['upload a.mp4 --resume --fresh', 'cannot be used together'],
    ['upload -', 'its length is not known'],
    ['upload a.mp4 --concurrency 0', 'whole number from 1 to 64; got "0"'],
    ['upload a.mp4 --at-once many', 'whole number from 1 to 16; got "many"'],
    ['upload a.mp4 --metadata title', 'KEY=VALUE; got "title"'],
    ['upload a.mp4 --colour', '--colour'],
    ['upload a.mp4 --token a --token-command b', 'cannot be used together'],
    ['upload a.mp4 --api ftp://example.com', 'https URL; got "ftp://example.com"'],
    ['upload a.mp4 --api http://example.com', 'an https URL, or http on this machine'],
    ['send a.mp4', 'Unknown command "send"'],
    ['status', 'The id is missing'],
    ['list --limit -1', '--limit'],
  ])('that cannot be used are explained: %s', (line, words) => {
    expect(usageError(line)).toContain(words);
  });

  it('name what is missing in them and in the environment', () => {
    expect(usageError('upload a.mp4', {})).toContain('REELGATE_API');
    expect(usageError('list', { REELGATE_API: 'https://api.example.com' })).toContain(
      'REELGATE_TOKEN',
    );
  });
});

describe('Help and version', () => {
  it.each(['help', '--help', '-h', 'upload --help', 'list -h'])(
    'need neither an API nor a token: %s',
    (line) => {
      expect(read(line, {})).toEqual({ kind: 'help' });
    },
  );

  it('are shown without any argument, and by --version', () => {
    expect(readArguments([], {})).toEqual({ kind: 'help' });
    expect(readArguments(['--version'], {})).toEqual({ kind: 'version' });
  });
});
