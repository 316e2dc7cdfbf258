import type { SeenObject } from '../../../core/reconciliation/reconcile.ts';
import type { StoredPart } from '../../../core/uploads/complete-request.ts';
import type {
  MultipartUploads,
  OutputObjects,
  SourceObjects,
  StagedFiles,
} from '../../../functions/ports/storage.ts';

/** Source and output bucket in memory. */
export class InMemoryStorage {
  readonly sources = new Map<string, SeenObject>();
  readonly outputs = new Map<string, number>();
  /** Texts below the output bucket's prefixes, by key. */
  readonly texts = new Map<string, string>();
  /** Parts by S3's id. */
  readonly multiparts = new Map<string, { readonly key: string; parts: StoredPart[] }>();
  /** Versions of posted files by key. */
  readonly staged = new Map<string, SeenObject>();
  private created = 0;

  putPart(s3UploadId: string, part: StoredPart): void {
    this.multiparts.get(s3UploadId)?.parts.push(part);
  }

  readonly sourceObjects: SourceObjects = {
    head: async (key) => this.sources.get(key) ?? this.staged.get(key),
    deleteEveryVersion: async (key) => (this.sources.delete(key) ? 1 : 0),
    close: async (key) => {
      const current = this.sources.get(key);
      this.sources.set(key, { size: 0, etag: '"tombstone"', versionId: 't1' });
      return current === undefined || current.size === 0 ? 0 : 1;
    },
  };

  readonly outputObjects: OutputObjects = {
    list: async (prefix) =>
      [...this.outputs]
        .filter(([key]) => key.startsWith(prefix))
        .map(([key, size]) => ({ key, size })),
    deleteBelow: async (prefix) => {
      const keys = [...this.outputs.keys()].filter((key) => key.startsWith(prefix));
      for (const key of keys) this.outputs.delete(key);
      return keys.length;
    },
    readText: async (key) => this.texts.get(key),
    putText: async (key, text) => {
      this.texts.set(key, text);
      this.outputs.set(key, text.length);
    },
  };

  readonly multipart: MultipartUploads = {
    create: async ({ objectKey }) => {
      this.created += 1;
      const s3UploadId = `s3-upload-${this.created}`;
      this.multiparts.set(s3UploadId, { key: objectKey, parts: [] });
      return s3UploadId;
    },
    listParts: async (_, s3UploadId) => this.multiparts.get(s3UploadId)?.parts,
    abort: async (_, s3UploadId) => {
      this.multiparts.delete(s3UploadId);
    },
    complete: async ({ objectKey, size, s3UploadId }, parts) => {
      if (!this.multiparts.has(s3UploadId)) return 'gone';
      if (this.sources.has(objectKey)) return 'object_exists';
      if (parts.reduce((sum, part) => sum + part.size, 0) !== size) return 'size_differs';
      this.multiparts.delete(s3UploadId);
      this.sources.set(objectKey, { size, etag: '"source"', versionId: 'v1' });
      return 'completed';
    },
  };

  readonly stagedFiles: StagedFiles = {
    copyToSource: async ({ key, versionId, size }, { objectKey }) => {
      if (this.staged.get(key)?.versionId !== versionId) return 'absent';
      if (this.sources.has(objectKey)) return 'refused';
      this.sources.set(objectKey, { size, etag: '"copied"', versionId: 'v1' });
      return 'copied';
    },
    delete: async ({ key, versionId }) => {
      if (this.staged.get(key)?.versionId === versionId) this.staged.delete(key);
    },
  };
}
