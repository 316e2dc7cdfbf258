import { UploadError } from '../../src/upload-error.ts';
import { command, ID, record, run, useVideoFolder } from './upload-fixture.ts';

useVideoFolder();

describe('Unfinished uploads', () => {
  it('are resumed if the file is the same', async () => {
    const { started, events } = await run(command({}), { records: [record('a.mp4')] });
    expect(started[0]?.options.resume).toBe(true);
    expect(events.get('a.mp4')?.[0]).toMatchObject({ kind: 'granted', resumed: true });
  });

  it('are not resumed with --fresh', async () => {
    const { started } = await run(command({ start: 'fresh' }), {
      records: [record('a.mp4')],
    });
    expect(started[0]?.options.resume).toBe(false);
  });

  it('of this API are all resumed by --resume', async () => {
    const { started } = await run(command({ files: [], start: 'resume' }), {
      records: [record('a.mp4'), { ...record('b.mp4'), api: 'https://other.example.com' }],
    });
    expect(started.map(({ resumed }) => resumed)).toEqual(['record-of-a.mp4']);
  });

  it('must exist for --resume FILE', async () => {
    const { exit, endOf } = await run(command({ start: 'resume' }), {});
    expect(exit).toBe(5);
    expect(endOf('a.mp4')?.problem?.code).toBe('not_resumable');
  });

  it('that have ended elsewhere are forgotten', async () => {
    const { exit, forgotten } = await run(command({ files: [], start: 'resume' }), {
      records: [record('a.mp4')],
      sent: () => Promise.reject(new UploadError('not_resumable')),
    });
    expect([exit, forgotten]).toEqual([5, ['record-of-a.mp4']]);
  });

  it('are resumed although the file of another one is missing', async () => {
    const { exit, started, endOf } = await run(command({ files: [], start: 'resume' }), {
      records: [record('moved.mp4'), record('a.mp4')],
    });
    expect(started.map(({ resumed }) => resumed)).toEqual(['record-of-a.mp4']);
    expect(endOf('moved.mp4')).toMatchObject({ id: ID, problem: { code: 'file_unreadable' } });
    expect(exit).toBe(5);
  });

  it('may not exist', async () => {
    const { exit, lines } = await run(command({ files: [], start: 'resume' }), {});
    expect([exit, lines]).toEqual([0, ['There is no unfinished upload.']]);
  });
});
