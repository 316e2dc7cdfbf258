import {
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_PKT_DATA_DISPLAYMATRIX,
  AVERROR_EAGAIN,
  AVERROR_EOF,
} from 'node-av/constants';
import {
  avCompareTs,
  Codec,
  CodecContext,
  Dictionary,
  FFmpegError,
  type FilterContext,
  FilterGraph,
  FormatContext,
  Frame,
  Packet,
  Rational,
  type Stream,
} from 'node-av/lib';

/** One stream of a synthetic file, drawn or played by FFmpeg's source filters. */
export interface SyntheticStream {
  /** A filter description without its sink: `testsrc2=size=320x240:rate=30:duration=2`. */
  readonly graph: string;
  /** FFmpeg's encoder name. */
  readonly encoder: string;
  readonly options?: Readonly<Record<string, string | number>>;
  /** Nine 32-bit numbers of MP4's display matrix, 16.16 and 2.30 fixed point as the file has them. */
  readonly displayMatrix?: readonly number[];
}

export interface SyntheticMedia {
  readonly out: string;
  /** FFmpeg's muxer name; default `mp4`. */
  readonly format?: string;
  readonly formatOptions?: Readonly<Record<string, string | number>>;
  readonly video?: SyntheticStream;
  readonly audio?: SyntheticStream;
}

interface Track {
  readonly stream: Stream;
  readonly context: CodecContext;
  readonly sink: FilterContext;
  readonly graph: FilterGraph;
  readonly frame: Frame;
  readonly packet: Packet;
  /** A packet waits in `packet`. */
  ready: boolean;
}

/** Makes a media file of synthetic picture and sound. Throws with FFmpeg's words when it refuses. */
export async function makeMedia(media: SyntheticMedia): Promise<void> {
  const output = new FormatContext();
  done(output.allocOutputContext2(null, media.format ?? 'mp4', media.out), 'Muxer');
  const tracks: Track[] = [];
  if (media.video !== undefined) tracks.push(await openTrack(output, media.video, 'video'));
  if (media.audio !== undefined) tracks.push(await openTrack(output, media.audio, 'audio'));
  done(await output.openOutput(), `Opening ${media.out}`);
  done(await output.writeHeader(Dictionary.fromObject({ ...media.formatOptions })), 'Header');
  for (const track of tracks) await advance(track);
  for (;;) {
    const next = earliest(tracks);
    if (next === undefined) break;
    next.packet.streamIndex = next.stream.index;
    next.packet.rescaleTs(next.context.timeBase, next.stream.timeBase);
    done(await output.interleavedWriteFrame(next.packet), 'Writing');
    next.packet.unref();
    await advance(next);
  }
  done(await output.writeTrailer(), 'Trailer');
  await output.closeOutput();
  for (const { frame, packet, context, graph } of tracks) {
    frame.free();
    packet.free();
    context.freeContext();
    graph.free();
  }
}

async function openTrack(
  output: FormatContext,
  source: SyntheticStream,
  kind: 'video' | 'audio',
): Promise<Track> {
  const codec = Codec.findEncoderByName(source.encoder as never);
  if (codec === null) throw new Error(`FFmpeg has no encoder ${source.encoder}.`);
  const sinkName = kind === 'video' ? 'buffersink@out' : 'abuffersink@out';
  const graph = new FilterGraph();
  graph.alloc();
  graph.nbThreads = 2;
  done(graph.parse2(`${source.graph},${sinkName}`), source.graph);
  done(await graph.config(), source.graph);
  const sink = graph.getFilter(sinkName);
  if (sink === null) throw new Error(`${source.graph} has no end.`);
  const context = new CodecContext();
  context.allocContext3(codec);
  context.timeBase = sink.buffersinkGetTimeBase();
  if (kind === 'video') describeVideo(context, sink);
  else describeAudio(context, sink);
  context.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER);
  done(await context.open2(codec, Dictionary.fromObject({ ...source.options })), source.encoder);
  const stream = output.newStream();
  done(context.parametersFromContext(stream.codecpar), 'Parameters');
  stream.codecpar.codecTag = 0;
  stream.timeBase = context.timeBase;
  if (kind === 'video') stream.avgFrameRate = context.framerate;
  if (source.displayMatrix !== undefined) {
    const matrix = Buffer.alloc(36);
    for (const [index, value] of source.displayMatrix.entries())
      matrix.writeInt32LE(value, index * 4);
    done(stream.codecpar.addCodedSideData(AV_PKT_DATA_DISPLAYMATRIX, matrix), 'Display matrix');
  }
  const frame = new Frame();
  frame.alloc();
  const packet = new Packet();
  packet.alloc();
  return { stream, context, sink, graph, frame, packet, ready: false };
}

function describeVideo(context: CodecContext, sink: FilterContext): void {
  context.width = sink.buffersinkGetWidth();
  context.height = sink.buffersinkGetHeight();
  context.pixelFormat = sink.buffersinkGetFormat() as typeof context.pixelFormat;
  context.sampleAspectRatio = sink.buffersinkGetSampleAspectRatio();
  const { num, den } = sink.buffersinkGetFrameRate();
  if (num > 0) context.framerate = new Rational(num, den);
}

function describeAudio(context: CodecContext, sink: FilterContext): void {
  context.sampleRate = sink.buffersinkGetSampleRate();
  context.channelLayout = sink.buffersinkGetChannelLayout();
  context.sampleFormat = sink.buffersinkGetFormat() as typeof context.sampleFormat;
}

/** Draws and encodes until a packet is ready or the stream has ended. */
async function advance(track: Track): Promise<void> {
  const { context, sink, frame, packet } = track;
  track.ready = false;
  for (;;) {
    const received = await context.receivePacket(packet);
    if (received >= 0) {
      track.ready = true;
      return;
    }
    if (received === AVERROR_EOF) return;
    if (received !== AVERROR_EAGAIN) done(received, 'Encoding');
    const drawn = await sink.buffersinkGetFrame(frame);
    if (drawn === AVERROR_EOF) done(await context.sendFrame(null), 'Encoding');
    else {
      done(drawn, 'Drawing');
      done(await context.sendFrame(frame), 'Encoding');
      frame.unref();
    }
  }
}

function earliest(tracks: readonly Track[]): Track | undefined {
  let first: Track | undefined;
  for (const track of tracks) {
    if (!track.ready) continue;
    const order =
      first === undefined
        ? -1
        : avCompareTs(
            track.packet.dts,
            track.context.timeBase,
            first.packet.dts,
            first.context.timeBase,
          );
    if (order < 0) first = track;
  }
  return first;
}

function done(code: number, what: string): void {
  if (code < 0) throw new Error(`${what}: ${new FFmpegError(code).message}`);
}
