// Text as the fragment of a link: which browsers keep to themselves, so that what it holds is sent nowhere.

/** Characters of a fragment: what browsers and messengers still pass on whole. */
export const LONGEST = 65536;
/** Characters of text that a fragment may swell to. */
const LARGEST_TEXT = 2 ** 21;

/** What is wrong with a link, as a sentence. */
export class LinkError extends Error {
  override name = 'LinkError';
}

/** Deflated, in base64url. With zlib's checksum: a letter that was changed on the way is noticed. */
export async function packed(text: string): Promise<string> {
  const bytes = new Blob([text]).stream().pipeThrough(new CompressionStream('deflate'));
  const binary = Array.from(new Uint8Array(await new Response(bytes).arrayBuffer()), (byte) =>
    String.fromCharCode(byte),
  ).join('');
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** @throws LinkError for what `packed` did not make, or what was damaged since. */
export async function unpacked(fragment: string): Promise<string> {
  if (fragment.length > LONGEST) {
    throw new LinkError(`The link is too long: ${fragment.length} characters, where ${LONGEST} are the most.`);
  }
  try {
    const binary = atob(fragment.replaceAll('-', '+').replaceAll('_', '/'));
    const bytes = Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
    return await textOf(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate')));
  } catch (cause) {
    if (cause instanceof LinkError) throw cause;
    throw new LinkError('The link is damaged: a part of it was lost or changed on the way.', { cause });
  }
}

/** Piece by piece: a few bytes can be deflated from many. */
async function textOf(bytes: ReadableStream<BufferSource>): Promise<string> {
  const reader = bytes.pipeThrough(new TextDecoderStream('utf-8', { fatal: true })).getReader();
  let text = '';
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    text += piece.value;
    if (text.length > LARGEST_TEXT) {
      await reader.cancel();
      throw new LinkError('The link holds more than a result of this check can be.');
    }
  }
  return text;
}
