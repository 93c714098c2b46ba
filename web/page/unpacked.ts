/** What is packed is unpacked here, so that a visit costs the same whatever a server packs by itself; where one unpacked it on
 * the way, as some do with names in .gz, it is left as it is. */
export async function unpacked(response: Response): Promise<Uint8Array> {
  const bytes = new Uint8Array(await response.arrayBuffer())
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))
  return new Uint8Array(await new Response(stream).arrayBuffer())
}
