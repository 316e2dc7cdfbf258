import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import fc from 'fast-check';
import {
  attachment,
  DOWNLOAD_SECONDS,
  signDownload,
} from '../../../../core/grants/download-grant.ts';

const NOW = Date.parse('2026-01-02T03:04:05.678Z');
const credentials = { accessKeyId: 'AKIA', secretAccessKey: 'secret', sessionToken: 'a+b/c=' };

describe('A download', () => {
  it.each(['film.mp4', 'Übung (1)*!.mp4', '100% "wahr"\\nein.mp4', '映画.mp4'])(
    'of %s has the signature of AWS’s SDK',
    async (fileName) => {
      const key = 'uploads/YQ/019cb735-1b52-7000-8000-01234567890b/source';
      const s3 = new S3Client({
        region: 'eu-west-1',
        credentials,
        requestChecksumCalculation: 'WHEN_REQUIRED',
        responseChecksumValidation: 'WHEN_REQUIRED',
      });
      const command = new GetObjectCommand({
        Bucket: 'reels',
        Key: key,
        ResponseContentDisposition: attachment(fileName),
      });
      const expected = new URL(
        await getSignedUrl(s3, command, {
          expiresIn: DOWNLOAD_SECONDS,
          signingDate: new Date(NOW),
        }),
      );
      const { url, expiresAt } = signDownload({
        bucketUrl: 'https://reels.s3.eu-west-1.amazonaws.com',
        key,
        credentials,
        region: 'eu-west-1',
        now: NOW,
        lifetimeSeconds: DOWNLOAD_SECONDS,
        fileName,
      });
      const parameters = (of: URL) => [...of.searchParams].sort();
      const mine = new URL(url);
      expect(mine.pathname).toBe(expected.pathname);
      expect(parameters(mine)).toEqual(parameters(expected));
      expect(expiresAt).toBe('2026-01-02T03:19:05.000Z');
    },
  );

  it('has a header of ASCII without quotes in its name, whatever the file is called', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (name) => {
        fc.pre(name.isWellFormed());
        const [, plain = '', whole = ''] =
          /^attachment; filename="([^"]*)"; filename\*=UTF-8''(.*)$/s.exec(attachment(name)) ?? [];
        expect(plain).toMatch(/^[\x20-\x7e]*$/);
        expect(decodeURIComponent(whole)).toBe(name);
      }),
    );
  });
});
