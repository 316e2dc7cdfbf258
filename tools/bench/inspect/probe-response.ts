export interface ProbeResponse {
  readonly ms: number;
  readonly durationSeconds: number;
  readonly width: number;
  readonly height: number;
  /** Of video and audio. */
  readonly codecs: readonly string[];
}
