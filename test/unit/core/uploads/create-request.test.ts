import fc from 'fast-check';
import {
  bareContentType,
  createRequestProblems,
  redirectProblems,
} from '../../../../core/uploads/create-request.ts';
import { displayName, fileNameProblem } from '../../../../core/uploads/file-name.ts';
import { defaultUploadPolicy, uploadPolicySchema } from '../../../../core/uploads/upload-policy.ts';

const request = { fileName: 'holiday.mp4', contentType: 'video/mp4', size: 1_000 };

const problems = (more: Partial<typeof request>, policy = defaultUploadPolicy) =>
  createRequestProblems({ ...request, ...more }, policy).map(({ pointer, code }) => [
    pointer,
    code,
  ]);

describe('A creation', () => {
  it.each([
    {},
    { fileName: 'Ünïcödé 漢字 🦔.mov' },
    { fileName: '../../etc/passwd' },
    { fileName: "<script>alert('x')</script>.mp4" },
    { contentType: 'VIDEO/MP4; codecs="avc1"' },
    { contentType: 'video/quicktime' },
    { size: 1 },
    { size: 50_000_000_000 },
  ])('is allowed with %j', (more) => {
    expect(problems(more)).toEqual([]);
  });

  it.each([
    [{ size: 0 }, '/size', 'empty_file'],
    [{ size: 50_000_000_001 }, '/size', 'file_too_large'],
    [{ contentType: 'text/html' }, '/contentType', 'content_type_not_allowed'],
    [{ contentType: '' }, '/contentType', 'content_type_not_allowed'],
    [
      { contentType: 'video/mp4\r\nx-amz-acl: public-read' },
      '/contentType',
      'content_type_not_allowed',
    ],
    [{ fileName: '' }, '/fileName', 'file_name_invalid'],
    [{ fileName: 'a\0.mp4' }, '/fileName', 'file_name_invalid'],
    [{ fileName: 'a\r\nSet-Cookie: b' }, '/fileName', 'file_name_invalid'],
    [{ fileName: 'a\u0085' }, '/fileName', 'file_name_invalid'],
    [{ fileName: 'x'.repeat(2_048) }, '/fileName', 'file_name_invalid'],
    [{ fileName: '漢'.repeat(342) }, '/fileName', 'file_name_invalid'],
    [{ fileName: '\ud800' }, '/fileName', 'file_name_invalid'],
  ])('is refused with %j', (more, pointer, code) => {
    expect(problems(more)).toEqual([[pointer, code]]);
  });

  it('tells all problems at once', () => {
    expect(problems({ fileName: '', contentType: 'x', size: 0 })).toHaveLength(3);
  });

  it('follows the policy’s sizes', () => {
    const policy = uploadPolicySchema.parse({ size: { minimumBytes: 10, maximumBytes: 20 } });
    expect(problems({ size: 9 }, policy)).toEqual([['/size', 'file_too_small']]);
    expect(problems({ size: 21 }, policy)).toEqual([['/size', 'file_too_large']]);
    expect(problems({ size: 20 }, policy)).toEqual([]);
  });

  it.each(['put', 'post'] as const)('by %s is allowed up to 5 GiB, and no byte more', (method) => {
    const sized = (size: number) =>
      createRequestProblems({ ...request, size, method }, defaultUploadPolicy);
    expect(sized(5 * 1024 ** 3)).toEqual([]);
    expect(sized(5 * 1024 ** 3 + 1)).toMatchObject([{ code: 'file_too_large_for_method' }]);
  });

  it.each([
    ['post', 'https://app.example.com/done?a=b', []],
    ['post', undefined, []],
    // A POST policy spells these otherwise.
    ['post', 'https://app.example.com/done?a=$b', ['/redirect']],
    ['post', 'https://app.example.com/fertig/ä', ['/redirect']],
    ['post', 'https://app.example.com/fertig/%C3%A4?a=%24b', []],
    ['post', 'https://app.example.com.evil.com/', ['/redirect']],
    ['post', 'http://app.example.com/', ['/redirect']],
    // A browser reads these as app.example.com, other programs as another host or as no host.
    ['post', 'https://app.example.com\\@evil.example/', ['/redirect']],
    ['post', 'https://app.example.com/\\evil.example', ['/redirect']],
    ['post', 'https:app.example.com/', ['/redirect']],
    ['post', 'https:/app.example.com/', ['/redirect']],
    ['post', 'https:///app.example.com/', ['/redirect']],
    ['post', 'https://app.example.com@evil.example/', ['/redirect']],
    ['post', 'https://evil.example@app.example.com/', ['/redirect']],
    ['post', 'https://app.example.com:8443/', ['/redirect']],
    ['post', 'https://app.example.com:443/done', []],
    ['post', 'HTTPS://APP.example.com', []],
    ['put', 'https://app.example.com/', ['/redirect']],
    [undefined, 'https://app.example.com/', ['/redirect']],
  ] as const)('by %s that leads to %s is refused at %j', (method, redirect, pointers) => {
    const found = redirectProblems({ ...request, method, redirect }, ['https://app.example.com']);
    expect(found.map(({ pointer }) => pointer)).toEqual(pointers);
  });

  it('leads nowhere where every origin may call: that names none', () => {
    const to = { ...request, method: 'post', redirect: 'https://evil.example.com/' } as const;
    expect(redirectProblems(to, ['*'])).toHaveLength(1);
  });

  it('says what came and what is allowed', () => {
    const [problem] = createRequestProblems(
      { ...request, contentType: 'text/html' },
      defaultUploadPolicy,
    );
    expect(problem?.detail).toContain('video/webm');
    expect(problem?.detail).toContain('got "text/html"');
    expect(fileNameProblem('a\nb')).toBe('must have no control character; it has U+000A at 1');
  });

  it('stores a content type without parameters, in lower case', () => {
    expect(bareContentType(' Video/WebM ; codecs=vp9')).toBe('video/webm');
  });
});

describe('A file name as it is shown', () => {
  it.each([
    ['../../etc/passwd', 'passwd'],
    ['..', 'video'],
    ['a/', 'video'],
    ['\u202e4pm.exe', '4pm.exe'],
    [' a\u200b.mp4 ', 'a.mp4'],
    ['e\u0301.mp4', 'é.mp4'],
  ])('of %j is %j', (fileName, shown) => {
    expect(displayName(fileName)).toBe(shown);
  });

  it('is never empty or blank, and has no path, control or direction character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (fileName) => {
        const shown = displayName(fileName);
        expect(shown).not.toBe('');
        expect(shown).not.toMatch(/[/\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\u200b\ufeff]/u);
        expect(shown).toMatch(/[^\p{Default_Ignorable_Code_Point}\s]/u);
        expect([...shown].length).toBeLessThanOrEqual(255);
      }),
    );
  });
});
