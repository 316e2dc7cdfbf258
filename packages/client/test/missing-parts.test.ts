import { problemBody, uploadBody } from './api-server.ts';
import { client, codeOf, options, routes, sourceOf, UPLOAD, useFakeApi } from './upload-fixture.ts';

useFakeApi();

describe('Parts that have disappeared from S3', () => {
  it.each(['parts_missing', 'part_size_wrong', 'part_etag_mismatch'])(
    'are sent again after `%s`',
    async (code) => {
      let completions = 0;
      routes[`POST ${UPLOAD}/complete`] = () =>
        ++completions === 1
          ? { status: 409, body: problemBody(code, 409, { parts: [2, 99], retryable: true }) }
          : { body: { upload: uploadBody({ status: 'uploaded' }) } };
      const file = sourceOf('film.mp4');
      await client.upload(file, options()).done;
      expect(file.sent).toEqual([1, 2, 2]);
    },
  );

  it('end the upload after three rounds', async () => {
    const problem = problemBody('parts_missing', 409, { parts: [2] });
    routes[`POST ${UPLOAD}/complete`] = { status: 409, body: problem };
    const file = sourceOf('film.mp4');
    expect(await codeOf(client.upload(file, options()))).toBe('parts_missing');
    expect(file.sent).toEqual([1, 2, 2, 2]);
  });

  it.each([
    ['a stream cannot send them again', { seekable: false, reopenable: false }, [2]],
    ['the API names none of ours', {}, [99]],
    ['the API names none', {}, undefined],
  ])('end the upload at once if %s', async (_, more, parts) => {
    const problem = problemBody('parts_missing', 409, { parts });
    routes[`POST ${UPLOAD}/complete`] = { status: 409, body: problem };
    const file = sourceOf('film.mp4', more);
    expect(await codeOf(client.upload(file, options()))).toBe('parts_missing');
    expect(file.sent).toEqual([1, 2]);
  });
});
