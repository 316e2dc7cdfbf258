export interface ProbeResponse {
  readonly ms: number;
  readonly durationSeconds: number;
  readonly width: number;
  readonly height: number;
  /** Of the picture and of the sound. */
  readonly codecs: readonly string[];
}
