import type * as z from 'zod/mini';
import type * as grants from '../../../../core/contract/grant.ts';
import type * as media from '../../../../core/contract/media.ts';
import type * as playbackRequests from '../../../../core/contract/playback-requests.ts';
import type * as playback from '../../../../core/contract/playback-responses.ts';
import type { problemSchema } from '../../../../core/contract/problem.ts';
import type * as requests from '../../../../core/contract/requests.ts';
import type * as responses from '../../../../core/contract/responses.ts';
import type * as uploads from '../../../../core/contract/upload.ts';
import type * as wire from '../../../../core/contract/wire.ts';

/** Whether the compiler holds two types for identical, optional and read-only members included. */
type Same<One, Other> =
  (<T>() => T extends One ? 1 : 2) extends <T>() => T extends Other ? 1 : 2 ? true : false;

/** One row a shape; one that differs from its schema does not compile. */
const shapes: {
  problem: Same<wire.Problem, z.output<typeof problemSchema>>;
  upload: Same<wire.Upload, z.output<typeof uploads.uploadSchema>>;
  media: Same<wire.MediaFacts, z.output<typeof media.mediaFactsSchema>>;
  compactGrant: Same<wire.CompactGrant, z.output<typeof grants.compactGrantSchema>>;
  expandedGrant: Same<wire.ExpandedGrant, z.output<typeof grants.expandedGrantSchema>>;
  putGrant: Same<wire.PutGrant, z.output<typeof grants.putGrantSchema>>;
  formGrant: Same<wire.FormGrant, z.output<typeof grants.formGrantSchema>>;
  create: Same<wire.CreateUploadRequest, z.output<typeof requests.createUploadRequestSchema>>;
  created: Same<wire.CreateUploadResponse, z.output<typeof responses.createUploadResponseSchema>>;
  list: Same<wire.ListUploadsResponse, z.output<typeof responses.listUploadsResponseSchema>>;
  response: Same<wire.UploadResponse, z.output<typeof responses.uploadResponseSchema>>;
  parts: Same<wire.ListPartsResponse, z.output<typeof responses.listPartsResponseSchema>>;
  visibility: Same<
    wire.SetVisibilityRequest,
    z.output<typeof playbackRequests.setVisibilityRequestSchema>
  >;
  viewer: Same<
    wire.CreateViewerPlaybackRequest,
    z.output<typeof playbackRequests.createViewerPlaybackRequestSchema>
  >;
  captions: Same<wire.CaptionsResponse, z.output<typeof playback.captionsResponseSchema>>;
  original: Same<wire.OriginalResponse, z.output<typeof playback.originalResponseSchema>>;
  playback: Same<wire.PlaybackResponse, z.output<typeof playback.playbackResponseSchema>>;
  complete: Same<wire.CompleteUploadRequest, z.output<typeof requests.completeUploadRequestSchema>>;
} = {
  problem: true,
  upload: true,
  media: true,
  compactGrant: true,
  expandedGrant: true,
  putGrant: true,
  formGrant: true,
  create: true,
  created: true,
  list: true,
  response: true,
  parts: true,
  visibility: true,
  viewer: true,
  captions: true,
  original: true,
  playback: true,
  complete: true,
};
const differs: Same<wire.Upload, Omit<wire.Upload, 'reason'>> = false;

describe('The types of requests and responses', () => {
  it('equal the types of the schemas (checked by the compiler)', () => {
    expect(Object.values(shapes)).not.toContain(false);
    expect(differs).toBe(false);
  });
});
