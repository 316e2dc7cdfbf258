import { statuses } from '../../../../core/contract/lifecycle.ts';
import {
  MAX_CAPTION_REVISIONS,
  MAX_CAPTION_TRACKS,
} from '../../../../core/playback/change-captions.ts';
import { outputPrefix } from '../../../../core/uploads/object-keys.ts';
import { deleteCaptions, putCaptions } from '../../../../functions/use-cases/change-captions.ts';
import { getCaptions } from '../../../../functions/use-cases/get-captions.ts';
import { getPlayback } from '../../../../functions/use-cases/get-playback.ts';
import { inMemoryPorts } from '../../../kit/ports/in-memory-ports.ts';
import { NOW, OWNER, UPLOAD_ID, uploadIn } from '../../../kit/ports/upload-fixture.ts';

const PREFIX = outputPrefix(UPLOAD_ID);
const HLS = '#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1,CODECS="avc1"\nvideo.m3u8\n';
const DASH = '<MPD><Period></Period></MPD>';
const srt = (text: string) => `1\n00:00:01,000 --> 00:00:02,000\n${text}\n`;
const reference = { owner: OWNER, uploadId: UPLOAD_ID };

function world(more: object = {}, status: (typeof statuses)[number] = 'ready') {
  const made = inMemoryPorts();
  made.table.add(uploadIn(status, more));
  made.storage.texts.set(`${PREFIX}index.m3u8`, HLS).set(`${PREFIX}index.mpd`, DASH);
  const put = (language: string, text = srt('Hello')) =>
    putCaptions(made.ports, { ...reference, language, text });
  const remove = (language: string) => deleteCaptions(made.ports, { ...reference, language });
  const read = (language: string) => getCaptions(made.ports, { ...reference, language });
  const file = (name: string) => made.storage.texts.get(`${PREFIX}${name}`);
  const item = () => made.table.items.get(UPLOAD_ID);
  const play = async () => {
    const request = { ...reference, subject: 'a', isModerator: false };
    const granted = await getPlayback(made.ports, request, NOW);
    if (granted.outcome === 'refused') throw new Error(granted.code);
    const { hls, dash, captions } = granted.playback;
    const name = (url: string) => url.split(`/${UPLOAD_ID}/`)[1];
    return { hls: name(hls), dash: name(dash), captions: captions.map(({ url }) => name(url)) };
  };
  return { ...made, put, remove, read, file, item, play };
}

describe('Captions', () => {
  it('are converted, stored in files of a new revision, and named by the manifests that players get', async () => {
    const { put, file, item, play } = world();
    expect((await put('DE', srt('<script>x</script>Hallo'))).outcome).toBe('changed');
    expect(item()?.captions).toEqual({
      revision: 1,
      tracks: [{ language: 'de', name: 'Deutsch', revision: 1 }],
    });
    expect(file('captions/de.1.vtt')).toContain('Hallo');
    expect(file('captions/de.1.vtt')).not.toContain('<script');
    expect(file('captions/de.1.m3u8')).toContain('de.1.vtt');
    expect(file('index.1.m3u8')).toContain('URI="captions/de.1.m3u8"');
    expect(file('index.1.mpd')).toContain('captions/de.1.vtt');
    expect([file('index.m3u8'), file('index.mpd')]).toEqual([HLS, DASH]);
    expect(await play()).toEqual({
      hls: 'index.1.m3u8',
      dash: 'index.1.mpd',
      captions: ['captions/de.1.vtt'],
    });
  });

  it('of several languages are in all manifests, and a change replaces no file', async () => {
    const { put, file, item, read } = world();
    await put('en');
    await put('de');
    await put('en', srt('Changed'));
    expect(item()?.captions?.tracks).toEqual([
      { language: 'de', name: 'Deutsch', revision: 2 },
      { language: 'en', name: 'English', revision: 3 },
    ]);
    expect(file('captions/en.1.vtt')).toContain('Hello');
    expect(await read('EN')).toMatchObject({
      captions: { vtt: expect.stringContaining('Changed') },
    });
    expect(file('index.3.m3u8')).toMatch(/de\.2\.m3u8[\s\S]*en\.3\.m3u8/);
    expect(file('index.1.m3u8')).not.toContain('de.2');
  });

  it('can be deleted; without any, players get the manifests of the job', async () => {
    const { put, remove, read, play, item } = world();
    await put('en');
    await put('de');
    expect((await remove('en')).outcome).toBe('changed');
    expect(await play()).toMatchObject({ hls: 'index.3.m3u8', captions: ['captions/de.2.vtt'] });
    await remove('de');
    expect(await play()).toEqual({ hls: 'index.m3u8', dash: 'index.mpd', captions: [] });
    expect(item()?.captions).toEqual({ revision: 4, tracks: [] });
    expect(await read('de')).toMatchObject({ code: 'captions_not_found' });
    expect(await remove('de')).toMatchObject({ code: 'captions_not_found' });
    await put('fr');
    expect(await play()).toMatchObject({ hls: 'index.6.m3u8', captions: ['captions/fr.6.vtt'] });
  });

  it('that two people change at the same time are both kept, in files of different revisions', async () => {
    const { put, calls, item, file } = world();
    let other: Promise<unknown> | undefined;
    calls.before('uploads.setCaptions', async () => {
      other = put('fr');
      await other;
    });
    expect((await put('de')).outcome).toBe('changed');
    expect(item()?.captions?.tracks.map(({ language, revision }) => [language, revision])).toEqual([
      ['de', 3],
      ['fr', 2],
    ]);
    expect(file('index.3.m3u8')).toMatch(/de\.3[\s\S]*fr\.2/);
  });

  it('are refused where they change again and again', async () => {
    const { put, ports } = world();
    const setCaptions = async () => undefined;
    const uploads = { ...ports.uploads, setCaptions };
    const input = { ...reference, language: 'de', text: srt('x') };
    expect(await putCaptions({ ...ports, uploads }, input)).toMatchObject({ code: 'conflict' });
    expect((await put('de')).outcome).toBe('changed');
  });

  it.each([
    ['english please', srt('x'), 'language_invalid'],
    ['und', srt('x'), 'language_invalid'],
    ['en', '<svg xmlns="http://www.w3.org/2000/svg"/>', 'captions_invalid'],
    ['en', '', 'captions_invalid'],
  ])('in %j as %j are refused', async (language, text, code) => {
    const { put, storage } = world();
    const before = storage.texts.size;
    expect(await put(language, text)).toMatchObject({ outcome: 'refused', code });
    expect(storage.texts.size).toBe(before);
  });

  it.each(statuses.filter((status) => status !== 'ready'))(
    'of an upload that is %s cannot be changed',
    async (status) => {
      const { put, remove } = world({}, status);
      expect(await put('en')).toMatchObject({ code: 'status_conflict' });
      expect(await remove('en')).toMatchObject({ code: 'status_conflict' });
    },
  );

  it('of another owner are not found', async () => {
    const { ports } = world();
    const other = { owner: 'Yg', uploadId: UPLOAD_ID, language: 'en' };
    const code = 'upload_not_found';
    expect(await putCaptions(ports, { ...other, text: srt('x') })).toMatchObject({ code });
    expect(await deleteCaptions(ports, other)).toMatchObject({ code });
    expect(await getCaptions(ports, other)).toMatchObject({ code });
  });

  it('have a limit of languages, and of changes', async () => {
    const languages = Array.from({ length: MAX_CAPTION_TRACKS }, (_, index) => ({
      language: `x${String.fromCharCode(97 + Math.floor(index / 26), 97 + (index % 26))}`,
      name: 'x',
      revision: 1,
    }));
    const full = world({ captions: { revision: 1, tracks: languages } });
    expect(await full.put('en')).toMatchObject({ code: 'too_many_captions' });
    const [first] = languages;
    expect((await full.put(first?.language ?? '')).outcome).toBe('changed');
    const often = world({ captionRevision: MAX_CAPTION_REVISIONS });
    expect(await often.put('en')).toMatchObject({ code: 'too_many_captions' });
  });
});
