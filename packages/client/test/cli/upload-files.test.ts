import { writeFileSync } from 'node:fs';
import { UploadError } from '../../src/upload-error.ts';
import { at, command, ID, run, uploadIn, useVideoFolder } from './upload-fixture.ts';

useVideoFolder();

describe('reelgate upload', () => {
  it('waits until the files are ready', async () => {
    const { exit, events } = await run(command({}), {});
    expect(exit).toBe(0);
    expect(events.get('a.mp4')).toMatchObject([
      { kind: 'granted', id: ID, resumed: false },
      { kind: 'sending', state: 'uploading', sentBytes: 2 },
      { kind: 'processing', status: 'uploaded' },
      { kind: 'ended', end: { exit: 0, status: 'ready', id: ID } },
    ]);
  });

  it('ends when the bytes are sent with --no-wait', async () => {
    const { exit, endOf } = await run(command({ wait: false }), {
      watched: () => Promise.reject(new Error('It was watched.')),
    });
    expect(exit).toBe(0);
    expect(endOf('a.mp4')).toMatchObject({ status: 'sent' });
  });

  it('looks at every file before it sends the first one', async () => {
    for (const [name, words] of [
      ['none.mp4', 'There is no file'],
      ['folder', 'is a folder'],
    ] as const) {
      const failing = run(command({ files: [at('a.mp4'), at(name)] }), {});
      await expect(failing).rejects.toMatchObject({ code: 'file_unreadable' });
      await expect(failing).rejects.toThrow(words);
    }
  });

  it('sends a file once that is named twice', async () => {
    const { started } = await run(command({ files: [at('a.mp4'), at('./a.mp4')] }), {});
    expect(started).toHaveLength(1);
  });

  it('continues after a failed file, and returns the most severe exit code', async () => {
    const { exit, endOf } = await run(command({ files: [at('a.mp4'), at('b.mp4')] }), {
      sent: async (path) => {
        if (path.endsWith('a.mp4')) throw new UploadError('file_changed');
        return uploadIn('uploaded');
      },
    });
    expect(exit).toBe(5);
    expect(endOf('a.mp4')).toMatchObject({ exit: 5, problem: { code: 'file_changed' } });
    expect(endOf('b.mp4')).toMatchObject({ exit: 0, status: 'ready' });
  });
});

describe('A file that is not a video', () => {
  it.each([
    ['notes.txt', 'Only a few notes.', 'not_a_video', 'The file is not a video. The file is text.'],
    ['empty.mp4', '', 'empty_file', 'The file is empty. The file has 0 bytes.'],
    ['list.m3u8', '#EXTM3U', 'playlist_not_video', 'The file is a playlist'],
    ['photo.jpg', '\xff\xd8\xff', 'not_a_video', 'The file is a JPEG image.'],
  ])('is not sent: %s', async (name, text, code, sentence) => {
    writeFileSync(at(name), text, 'latin1');
    const { exit, started, endOf } = await run(command({ files: [at(name)] }), {});
    expect([exit, started]).toEqual([5, []]);
    expect(endOf(name)).toMatchObject({
      status: 'not_sent',
      problem: { code, sentence: expect.stringContaining(sentence) },
    });
  });

  it('is sent if only this deployment can say whether it is accepted', async () => {
    writeFileSync(at('old.flv'), 'FLV\x01', 'latin1');
    const { started } = await run(command({ files: [at('old.flv')] }), {});
    expect(started).toHaveLength(1);
  });
});
