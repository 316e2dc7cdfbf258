import fc from 'fast-check';
import { defaultBudgets } from '../../../../core/quota/budgets.ts';
import {
  bareContentType,
  createRequestProblems,
  redirectProblems,
} from '../../../../core/uploads/create-request.ts';
import { displayName, fileNameProblem } from '../../../../core/uploads/file-name.ts';
import { defaultUploadPolicy, uploadPolicySchema } from '../../../../core/uploads/upload-policy.ts';

const request = { fileName: 'holiday.mp4', contentType: 'video/mp4', size: 1_000 };

const problems = (more: Partial<typeof request>, policy = defaultUploadPolicy) =>
  createRequestProblems({ ...request, ...more }, policy, defaultBudgets).map(
    ({ pointer, code }) => [pointer, code],
  );

const problemDetail = (more: Partial<typeof request>) =>
  createRequestProblems({ ...request, ...more }, defaultUploadPolicy, defaultBudgets)[0]?.detail;

describe('The declared file of a new upload', () => {
  it.each([
    {},
    { fileName: 'Ünïcödé 漢字 🦔.mov' },
    { fileName: '../../etc/passwd' },
    { fileName: "<script>alert('x')</script>.mp4" },
    { contentType: 'VIDEO/MP4; codecs="avc1"' },
    { contentType: 'video/quicktime' },
    { size: 1 },
    { size: 50_000_000_000 },
  ])('is accepted with %j', (more) => {
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

  it('is refused with all problems at once', () => {
    expect(problems({ fileName: '', contentType: 'x', size: 0 })).toHaveLength(3);
  });

  it('must have a size that the policy allows', () => {
    const policy = uploadPolicySchema.parse({ size: { minimumBytes: 10, maximumBytes: 20 } });
    expect(problems({ size: 9 }, policy)).toEqual([['/size', 'file_too_small']]);
    expect(problems({ size: 21 }, policy)).toEqual([['/size', 'file_too_large']]);
    expect(problems({ size: 20 }, policy)).toEqual([]);
  });

  it.each(['put', 'post'] as const)('can have at most 5 GiB with method %s', (method) => {
    const sized = (size: number) =>
      createRequestProblems({ ...request, size, method }, defaultUploadPolicy, defaultBudgets);
    expect(sized(5 * 1024 ** 3)).toEqual([]);
    expect(sized(5 * 1024 ** 3 + 1)).toEqual([
      {
        pointer: '/size',
        code: 'file_too_large_for_method',
        detail: `must be at most 5368709120 bytes with method ${method}; got 5368709121`,
      },
    ]);
  });

  it('has metadata within the budget, counted in bytes of names and values together', () => {
    const noted = (metadata: Record<string, string>, metadataBytes: number) =>
      createRequestProblems({ ...request, metadata }, defaultUploadPolicy, { metadataBytes });
    expect(noted({ a: 'é', bc: '' }, 5)).toEqual([]);
    expect(noted({ a: 'é', bc: '' }, 4)).toEqual([
      {
        pointer: '/metadata',
        code: 'invalid_request',
        detail: 'must have at most 4 bytes of UTF-8 in all names and values; got 5',
      },
    ]);
    expect(noted({}, 0)).toEqual([]);
    expect(noted({ a: '' }, 0)).toHaveLength(1);
  });

  it.each([undefined, 'multipart'] as const)(
    'can be larger than 5 GiB with method %s',
    (method) => {
      const large = { ...request, size: 5 * 1024 ** 3 + 1, method };
      expect(createRequestProblems(large, defaultUploadPolicy, defaultBudgets)).toEqual([]);
    },
  );

  it.each([
    ['post', 'https://app.example.com/done?a=b', []],
    ['post', undefined, []],
    // A POST policy needs an escape for these.
    ['post', 'https://app.example.com/done?a=$b', ['/redirect']],
    ['post', 'https://app.example.com/fin/ä', ['/redirect']],
    ['post', 'https://app.example.com/fin/%C3%A4?a=%24b', []],
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
  ] as const)(
    'with method %s and a redirect to %s has problems at %j',
    (method, redirect, pointers) => {
      const found = redirectProblems({ ...request, method, redirect }, ['https://app.example.com']);
      expect(found.map(({ pointer }) => pointer)).toEqual(pointers);
    },
  );

  it('cannot redirect if every origin is allowed, because then no origin is listed', () => {
    const open = { ...request, method: 'post', redirect: 'https://evil.example.com/' } as const;
    expect(redirectProblems(open, ['*'])).toEqual([
      {
        pointer: '/redirect',
        code: 'invalid_request',
        detail: 'must have an allowed origin (none); got https://evil.example.com',
      },
    ]);
  });

  it('is refused with what was expected and what was declared', () => {
    const [problem] = createRequestProblems(
      { ...request, contentType: 'text/html' },
      defaultUploadPolicy,
      defaultBudgets,
    );
    expect(problem?.detail).toMatch(/^must be one of video\/mp4, .*; got "text\/html"$/);
    expect(problemDetail({ size: 50_000_000_001 })).toBe(
      'must be 1 to 50000000000 bytes; got 50000000001',
    );
    expect(fileNameProblem('a\nb')).toBe('must have no control character; it has U+000A at 1');
  });

  it('is refused with at most 100 characters of a long content type', () => {
    const detail = problemDetail({ contentType: `x${'y'.repeat(200)}` });
    expect(detail).toMatch(/; got "xy{99}"$/);
  });

  it.each([
    ['put', 'https://a.example/', 'is allowed only with method post'],
    [
      'post',
      `https://a.example/$${'y'.repeat(200)}`,
      `must be https:// or http://, a host, and only characters that RFC 3986 allows in a URL, without $; percent-encode other characters; got "https://a.example/$${'y'.repeat(81)}"`,
    ],
    [
      'post',
      'https://c.example/x',
      'must have an allowed origin (https://a.example, https://b.example); got https://c.example',
    ],
  ] as const)(
    'with method %s and the redirect %s is refused with the reason',
    (method, redirect, detail) => {
      const allowed = ['https://a.example', '*', 'https://b.example'];
      expect(redirectProblems({ ...request, method, redirect }, allowed)).toEqual([
        { pointer: '/redirect', code: 'invalid_request', detail },
      ]);
    },
  );

  it('has a content type without parameters, in lower case', () => {
    expect(bareContentType(' Video/WebM ; codecs=vp9')).toBe('video/webm');
  });
});

describe('The display name of a file', () => {
  it.each([
    ['../../etc/passwd', 'passwd'],
    ['..', 'video'],
    ['a/', 'video'],
    ['\u202e4pm.exe', '4pm.exe'],
    [' a\u200b.mp4 ', 'a.mp4'],
    ['e\u0301.mp4', 'é.mp4'],
  ])('is, for %j, %j', (fileName, shown) => {
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
