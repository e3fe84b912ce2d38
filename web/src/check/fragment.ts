// Packs text into the fragment of a link. Browsers do not send fragments, so the content goes nowhere.

/** The longest fragment, in characters, that browsers and messengers pass on intact. */
export const LONGEST = 65536;
/** The longest text, in characters, that a fragment may inflate to. */
const LARGEST_TEXT = 2 ** 21;

/** Says in a sentence what is wrong with a link. */
export class LinkError extends Error {
  override name = 'LinkError';
}

/** Deflates text to base64url. The checksum of zlib detects changed characters. */
export async function packed(text: string): Promise<string> {
  const bytes = new Blob([text]).stream().pipeThrough(new CompressionStream('deflate'));
  const binary = Array.from(new Uint8Array(await new Response(bytes).arrayBuffer()), (byte) =>
    String.fromCharCode(byte),
  ).join('');
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** @throws LinkError when `packed` did not make the fragment or it was damaged. */
export async function unpacked(fragment: string): Promise<string> {
  if (fragment.length > LONGEST) {
    throw new LinkError(`The link is too long: ${fragment.length} characters, expected at most ${LONGEST}.`);
  }
  try {
    const binary = atob(fragment.replaceAll('-', '+').replaceAll('_', '/'));
    const bytes = Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
    return await textOf(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate')));
  } catch (cause) {
    if (cause instanceof LinkError) throw cause;
    throw new LinkError('The link is damaged: a part of it was lost or changed.', { cause });
  }
}

/** Reads in pieces, because a few bytes can inflate to many. */
async function textOf(bytes: ReadableStream<BufferSource>): Promise<string> {
  const reader = bytes.pipeThrough(new TextDecoderStream('utf-8', { fatal: true })).getReader();
  let text = '';
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    text += piece.value;
    if (text.length > LARGEST_TEXT) {
      await reader.cancel();
      throw new LinkError('The link is larger than any result of this check.');
    }
  }
  return text;
}
