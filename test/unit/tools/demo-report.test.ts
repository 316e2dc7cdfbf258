import { demoReport } from '../../../tools/demo/demo-report.ts';

function output(isTTY: boolean) {
  let text = '';
  const write = (part: string) => {
    text += part;
    return true;
  };
  return { stream: { isTTY, write } as NodeJS.WriteStream, written: () => text };
}

describe('The demo report', () => {
  it.each([true, false])('ends the line of the upload once (terminal: %s)', (isTTY) => {
    const { stream, written } = output(isTTY);
    const { progress } = demoReport(stream);
    for (const sent of [0, 5, 10, 10, 10]) progress(sent, 10);
    expect(written().match(/\n/g)).toHaveLength(1);
    expect(written()).toMatch(/Uploading: 100 % \(0\.0 MB of 0\.0 MB\)\n$/);
  });
});
