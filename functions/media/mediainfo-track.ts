/**
 * One track in MediaInfo's result. All values are text; what is unknown is absent. The names:
 * https://github.com/MediaArea/MediaInfoLib/tree/master/Source/Resource/Text/Stream
 */
export interface MediaInfoTrack {
  readonly '@type': string;
  readonly ID?: string;
  readonly StreamOrder?: string;
  /** Programs of a transport stream: `1`, or `1 / 2` for a track of several. */
  readonly MenuID?: string;
  readonly Format?: string;
  readonly Format_Version?: string;
  readonly Format_Profile?: string;
  readonly CodecID?: string;
  /** Seconds. */
  readonly Duration?: string;
  readonly Delay?: string;
  /** Bytes of the track in the file. */
  readonly StreamSize?: string;
  readonly Width?: string;
  readonly Height?: string;
  readonly PixelAspectRatio?: string;
  readonly Rotation?: string;
  readonly FrameRate?: string;
  readonly FrameCount?: string;
  readonly ScanType?: string;
  readonly BitDepth?: string;
  readonly colour_primaries?: string;
  readonly transfer_characteristics?: string;
  readonly matrix_coefficients?: string;
  readonly colour_range?: string;
  readonly HDR_Format?: string;
  readonly HDR_Format_Profile?: string;
  readonly HDR_Format_Compatibility?: string;
  readonly MasteringDisplay_ColorPrimaries?: string;
  readonly Channels?: string;
  readonly SamplingRate?: string;
  readonly Language?: string;
  readonly Default?: string;
  readonly OverallBitRate?: string;
  readonly Encryption?: string;
}
